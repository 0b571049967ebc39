/**
 * How text looks in a terminal: its width in columns, answers in Markdown as they stream in, a
 * status line, alternatives side by side. Nothing here reads the terminal or knows the command
 * line; text goes to a consumer, and no control character of a model's text gets through.
 */
package dev.jora.cli.terminal;
