/**
 * Faults that speak of parameters. The library calls a parameter by its own name, which is
 * llama.cpp's in JSON where it has one ({@code top_p}); a caller whose users know it by another, as
 * a flag of a command line, tells the same sentence with that.
 */
package dev.jora.fault;
