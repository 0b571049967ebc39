/**
 * JSON schemas as GBNF. {@link dev.jora.grammar.schema.JsonSchema} is the way in. A schema is read
 * keyword by keyword into a {@code Shape}, a set of values by type, which has intersections, unions
 * and complements; what its objects and arrays hold are {@code Term}s, worked out when they are
 * asked for, so schemas may refer to themselves. What a schema says of one string or number is a
 * regular language, a {@code Dfa}; patterns, formats and bounds are made into such. A {@code
 * SchemaWriter} makes rules of terms, and those of which no text can be made are taken out.
 */
package dev.jora.grammar.schema;
