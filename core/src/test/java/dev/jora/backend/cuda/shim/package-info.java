/**
 * A driver's library that jumps into Java, made without a compiler: JCuda itself runs over it, on
 * machines without a card. Linux on x86-64.
 */
package dev.jora.backend.cuda.shim;
