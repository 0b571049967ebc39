/**
 * Command lines as people have them: options and commands of llama.cpp that jora has under another
 * name, cannot apply, or does not have yet; models and prompts without an option before them. Knows
 * words only, and neither picocli nor any command.
 */
package dev.jora.cli.words;
