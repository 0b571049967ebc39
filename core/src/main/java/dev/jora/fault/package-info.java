/**
 * Faults that speak of parameters. The library calls a parameter by its own name, which is
 * llama.cpp's in JSON where it has one ({@code top_p}); a caller whose users know it by another, as
 * a flag of a command line, tells the same sentence with that. And what a parser of JSON says, in
 * words for those who wrote the text.
 */
package dev.jora.fault;
