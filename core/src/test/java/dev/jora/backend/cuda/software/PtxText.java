package dev.jora.backend.cuda.software;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts PTX into statements, braces of scopes, and labels, each with its place in the source. */
final class PtxText {
  /**
   * A statement without its semicolon, a brace, or a label with its colon.
   *
   * @param place in the CUDA source
   */
  record Statement(String text, String place) {}

  private static final Pattern FILE = Pattern.compile("(?m)^\\s*\\.file\\s+(\\d+)\\s+\"([^\"]*)\"");
  private static final Pattern LOC =
      Pattern.compile(
          "\\.loc\\s+(\\d+)\\s+(\\d+)\\s+(\\d+)(?:.*inlined_at\\s+(\\d+)\\s+(\\d+)\\s+(\\d+))?");
  private static final Pattern LABEL = Pattern.compile("[$\\w]+\\s*:");
  private static final Pattern LINE =
      Pattern.compile("\\.(loc|file|version|target|address_size)\\b[^\\n]*");

  private final String text;
  private final Map<String, String> files = new HashMap<>();
  private final Map<String, String> callers = new HashMap<>();
  private final List<Statement> statements = new ArrayList<>();
  private String place = "?";
  private int at;

  private PtxText(String text) {
    this.text = text;
    Matcher matcher = FILE.matcher(text);
    while (matcher.find()) {
      String name = matcher.group(2);
      files.put(matcher.group(1), name.substring(name.lastIndexOf('/') + 1));
    }
  }

  static List<Statement> split(String text) {
    PtxText cutter = new PtxText(text.replaceAll("//[^\\n]*", ""));
    cutter.run();
    return cutter.statements;
  }

  private void run() {
    Matcher line = LINE.matcher(text);
    Matcher label = LABEL.matcher(text);
    while (true) {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
      if (at == text.length()) {
        return;
      }
      char c = text.charAt(at);
      if (c == '{' || c == '}') {
        add(String.valueOf(c));
        at++;
      } else if (c == ';') {
        at++;
      } else if (line.region(at, text.length()).lookingAt()) {
        at = line.end();
        if (line.group(1).equals("loc")) {
          locate(line.group());
        } else if (line.group(1).matches("target|version")) {
          add(line.group().strip());
        }
      } else if (text.startsWith(".section", at)) {
        at = text.indexOf('}', at) + 1;
      } else if (label.region(at, text.length()).lookingAt()) {
        add(label.group().replaceAll("\\s", ""));
        at = label.end();
      } else {
        statement();
      }
    }
  }

  private void statement() {
    int end = text.indexOf(';', at);
    if (end < 0) {
      throw new PtxException("statement without an end: " + text.substring(at).strip());
    }
    String whole = text.substring(at, end);
    int brace = whole.indexOf('{');
    if (brace >= 0 && Pattern.compile("\\.(entry|func)\\b").matcher(whole).find()) {
      whole = whole.substring(0, brace);
      end = at + brace - 1;
    }
    add(whole.strip().replaceAll("\\s+", " "));
    at = end + 1;
  }

  private void add(String statement) {
    statements.add(new Statement(statement, place));
  }

  /** Lines of CUDA's own headers are no use: the line that called into them is meant. */
  private void locate(String line) {
    Matcher m = LOC.matcher(line);
    if (!m.find()) {
      return;
    }
    String key = m.group(1) + " " + m.group(2) + " " + m.group(3);
    if (m.group(4) != null) {
      callers.put(key, m.group(4) + " " + m.group(5) + " " + m.group(6));
    } else {
      callers.remove(key);
    }
    for (int i = 0; i < 32 && header(key) && callers.containsKey(key); i++) {
      key = callers.get(key);
    }
    String[] parts = key.split(" ");
    place = files.getOrDefault(parts[0], "?") + ":" + parts[1];
  }

  private boolean header(String key) {
    String name = files.getOrDefault(key.substring(0, key.indexOf(' ')), "");
    return name.endsWith(".hpp") || name.endsWith(".h");
  }
}
