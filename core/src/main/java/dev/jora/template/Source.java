package dev.jora.template;

/**
 * The text of a template, with line ends as Jinja sees them: each a line feed, the last gone.
 *
 * @param name how messages call the template
 */
record Source(String name, String text) {
  static Source of(String name, String raw) {
    String text = normalized(raw);
    return new Source(name, text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
  }

  /** With a line feed for every line end. */
  static String normalized(String raw) {
    return raw.indexOf('\r') < 0 ? raw : raw.replace("\r\n", "\n").replace('\r', '\n');
  }

  /** An error at a place in the text. */
  TemplateException error(int at, String message, Throwable cause) {
    int place = Math.min(at, text.length());
    int begin = text.lastIndexOf('\n', place - 1) + 1;
    int line = 1 + (int) text.chars().limit(begin).filter(c -> c == '\n').count();
    int column = text.codePointCount(begin, place) + 1;
    return new TemplateException(name, line, column, message, cause);
  }

  TemplateException error(int at, String message) {
    return error(at, message, null);
  }
}
