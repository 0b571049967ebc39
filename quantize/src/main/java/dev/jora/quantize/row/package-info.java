/**
 * Rows of floats into blocks of one tensor type, bit for bit as llama.cpp makes them: a class per
 * type packs levels and scales, searches find them.
 */
package dev.jora.quantize.row;
