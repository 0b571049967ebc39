/** What a request asks of a text: one table of names for all dialects. */
package dev.jora.serve.text;
