/**
 * What the commands share: options as mixins, a model opened as they say, stdout and messages, and
 * what went wrong in words. Knows no command.
 */
package dev.jora.cli.common;
