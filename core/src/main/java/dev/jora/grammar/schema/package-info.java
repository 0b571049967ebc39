/**
 * JSON schemas as GBNF. What a schema says of one string or number is a regular language, a {@code
 * Dfa}; patterns, formats and bounds are made into such.
 */
package dev.jora.grammar.schema;
