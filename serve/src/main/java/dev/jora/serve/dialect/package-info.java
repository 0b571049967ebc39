/**
 * What clients speak: a class for each dialect, with its routes, fields and answers. None does more
 * than translate.
 */
package dev.jora.serve.dialect;
