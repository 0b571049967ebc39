/**
 * Block formats of weights: one class per tensor type, which shows the layout of its block and
 * decodes it in plain Java. {@code BlockFormats} is the table; loops over types and tests run over
 * it. These decoders are the truth that every kernel is tested against.
 */
package dev.jora.quant;
