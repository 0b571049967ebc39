package dev.jora.chat;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts names and the like where a card leaves room for them: {@code {{char}}}, {@code <BOT>},
 * {@code {{user}}}, {@code <USER>}, {@code {{original}}}, and the {@link CardMacros}, in any case,
 * one within another too. What is put there is not looked into again, and what else stands in
 * braces stays.
 *
 * @param character the name of the character
 * @param user the name of the person
 * @param original what stands for {@code {{original}}}
 */
record Substitution(String character, String user, String original) {
  private static final Pattern ANGLES =
      Pattern.compile("<(?:(user)|bot|char|charifnotgroup)>", Pattern.CASE_INSENSITIVE);

  /** Deeper braces stay as they are. */
  private static final int DEEPEST = 20;

  /** The text with everything in its place: the same whenever it is asked for. */
  String in(String text) {
    return new Reader(text, false).all();
  }

  /** The text as the keys of other entries see it: with what {@code {{hidden_key:…}}} hides. */
  String scanned(String text) {
    return new Reader(text, true).all();
  }

  /** Reads a text from the left. */
  private final class Reader {
    private final String text;
    private final boolean showsHidden;
    private final int seed;
    private int at;
    private boolean trims; // the line ends that follow go

    Reader(String text, boolean showsHidden) {
      this.text = text;
      this.showsHidden = showsHidden;
      this.seed = text.hashCode();
    }

    String all() {
      StringBuilder out = new StringBuilder();
      read(out, 0);
      return out.toString();
    }

    /** Reads up to the end, or within braces up to those that close them; false if they don't. */
    private boolean read(StringBuilder out, int depth) {
      Matcher angles = ANGLES.matcher(text);
      while (at < text.length()) {
        char c = text.charAt(at);
        if (trims && (c == '\n' || c == '\r')) {
          at++;
          continue;
        }
        trims = false;
        if (depth > 0 && text.startsWith("}}", at)) {
          at += 2;
          return true;
        }
        if (depth < DEEPEST && text.startsWith("{{", at)) {
          braces(out, depth);
        } else if (c == '<' && angles.region(at, text.length()).lookingAt()) {
          out.append(angles.group(1) != null ? user : character);
          at = angles.end();
        } else {
          out.append(c);
          at++;
        }
      }
      return false;
    }

    private void braces(StringBuilder out, int depth) {
      int begin = at;
      int close = text.indexOf("}}", at);
      if (close < 0) { // nor further on
        out.append(text, at, text.length());
        at = text.length();
        return;
      }
      at += 2;
      StringBuilder inside = new StringBuilder();
      if (!read(inside, depth + 1)) {
        out.append("{{").append(inside);
        return;
      }
      String macro = inside.toString();
      CardMacros.Macro found = CardMacros.find(macro.strip());
      if (found == null) {
        out.append("{{").append(macro).append("}}");
      } else if (found.name().equals("trim")) {
        while (!out.isEmpty() && "\r\n".indexOf(out.charAt(out.length() - 1)) >= 0) {
          out.setLength(out.length() - 1);
        }
        trims = true;
      } else if (found.name().equals("hidden_key") && showsHidden) {
        out.append(found.argument());
      } else {
        out.append(value(found, begin));
      }
    }

    private String value(CardMacros.Macro macro, int begin) {
      return switch (macro.name()) {
        case "user" -> user;
        case "char", "charifnotgroup", "group" -> character;
        case "original" -> original;
        default -> macro.value(31L * seed + begin);
      };
    }
  }

  /** The name of a macro as the table has it. */
  static String folded(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
