package dev.jora.cli.embed;

/**
 * A text, and where it comes from.
 *
 * @param source a file's name or an option
 * @param line counted from 1; 0 where the text is all of its source
 * @param bytes UTF-8, as a rule
 * @param end bytes of all sources up to its end
 */
record SourceText(String source, long line, byte[] bytes, long end) {
  /** As messages name it. */
  String place() {
    return line == 0 ? source : source + ", line " + line;
  }
}
