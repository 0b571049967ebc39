package dev.jora.template;

import dev.jora.template.Builtin.Bound;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The filter {@code urlize}: addresses in a text become links. */
final class Links {
  /** A longer word is no address; the patterns need not be tried. */
  private static final int LONGEST = 4096;

  private static final String WORD = "\\p{L}\\p{N}_";

  private static final Pattern URL =
      Pattern.compile(
          ("(?:(?:https?://|www\\.)(?:[W%-]+\\.)*(?:[a-z]{2,63}|xn--[W%]{2,59})"
                  + "|(?:[W%-]{2,63}\\.)+(?:com|net|int|edu|gov|org|info|mil)"
                  + "|https?://(?:[0-9]{1,3}(?:\\.[0-9]{1,3}){3}"
                  + "|\\[(?:[0-9a-f]{0,4}:){2}(?:[0-9a-f]{0,4}:?){1,6}\\]))"
                  + "(?::[0-9]{1,5})?(?:[/?#].*)?")
              .replace("W", WORD),
          Pattern.CASE_INSENSITIVE);

  private static final Pattern EMAIL = Pattern.compile(".+@[W][W.-]*\\.[W]+".replace("W", WORD));

  private static final Pattern SCHEME = Pattern.compile("[W.+-]{2,}:/{0,2}".replace("W", WORD));
  private static final Pattern HEAD = Pattern.compile("(?:[(<]|&lt;)+");

  private final Env env;
  private final Text attributes;
  private final int longestShown;
  private final List<String> schemes;

  private Links(Env env, Text attributes, int longestShown, List<String> schemes) {
    this.env = env;
    this.attributes = attributes;
    this.longestShown = longestShown;
    this.schemes = schemes;
  }

  static Value filter(Env env, Bound a) {
    TreeSet<String> rel = new TreeSet<>(List.of("noopener"));
    if (a.has(4)) {
      Strings.split(env, a.text(4), null, -1, false).forEach(w -> rel.add(env.str(w).string()));
    }
    if (a.flag(2, false)) {
      rel.add("nofollow");
    }
    Text.Builder attributes = env.builder().add(" rel=\"");
    Value rels = Value.of(Text.data(String.join(" ", rel)));
    attributes.add(Strings.escaped(env, rels)).add("\"");
    if (a.has(3) && a.get(3).isTrue()) {
      attributes.add(" target=\"").add(Strings.escaped(env, a.get(3))).add("\"");
    }
    List<String> schemes = new ArrayList<>();
    if (a.has(5)) {
      for (Value scheme : env.items(a.get(5))) {
        schemes.add(env.str(scheme).string());
        if (!SCHEME.matcher(schemes.getLast()).matches()) {
          throw new Fault("'" + schemes.getLast() + "' is not a valid URI scheme prefix.");
        }
      }
    }
    int shown = a.count(1, Integer.MAX_VALUE);
    return Value.of(
        new Links(env, attributes.build(), shown, schemes).links(Strings.escaped(env, a.get(0))));
  }

  private Text links(Text text) {
    String s = text.string();
    Text.Builder out = env.builder();
    int from = 0;
    while (from < s.length()) {
      boolean space = Chars.isSpace(s.charAt(from));
      int to = from;
      while (to < s.length() && Chars.isSpace(s.charAt(to)) == space) {
        to++;
      }
      env.meter().steps(1 + (to - from) / 16);
      if (space || to - from > LONGEST) {
        out.add(text, from, to);
      } else {
        word(text.slice(from, to), out);
      }
      from = to;
    }
    return out.build();
  }

  /** A word without the brackets and marks around it, but for those that belong to it. */
  private void word(Text word, Text.Builder out) {
    String s = word.string();
    Matcher head = HEAD.matcher(s);
    int from = head.lookingAt() ? head.end() : 0;
    int to = tail(s, from);
    for (String[] pair : new String[][] {{"(", ")"}, {"<", ">"}, {"&lt;", "&gt;"}}) {
      to = balanced(s, from, to, pair[0], pair[1]);
    }
    out.add(word, 0, from);
    address(word.slice(from, to), out);
    out.add(word, to, s.length());
  }

  /** Where the marks begin with which a word ends. */
  private static int tail(String s, int from) {
    int to = s.length();
    while (to > from) {
      if (")>.,".indexOf(s.charAt(to - 1)) >= 0) {
        to--;
      } else if (to - 4 >= from && s.startsWith("&gt;", to - 4)) {
        to -= 4;
      } else {
        break;
      }
    }
    return to;
  }

  /** The end of the address if it takes what closes its brackets out of the tail. */
  private static int balanced(String s, int from, int to, String open, String close) {
    int opened = count(s.substring(from, to), open);
    int end = to;
    if (opened > count(s.substring(from, to), close)) {
      int available = count(s.substring(to), close);
      for (int n = Math.min(opened, available); n > 0; n--) {
        end = s.indexOf(close, end) + close.length();
      }
    }
    return end;
  }

  private static int count(String s, String part) {
    int n = 0;
    for (int at = s.indexOf(part); at >= 0; at = s.indexOf(part, at + part.length())) {
      n++;
    }
    return n;
  }

  private void address(Text text, Text.Builder out) {
    String s = text.string();
    CharSequence metered = new MeteredText(env.meter(), s);
    env.meter().steps(schemes.size());
    if (URL.matcher(metered).matches()) {
      boolean whole = s.startsWith("https://") || s.startsWith("http://");
      link(whole ? "" : "https://", text, attributes, shown(text), out);
    } else if (s.startsWith("mailto:") && EMAIL.matcher(metered).region(7, s.length()).matches()) {
      link("", text, Text.EMPTY, text.slice(7, text.length()), out);
    } else if (!s.startsWith("www.")
        && !s.startsWith("@")
        && s.indexOf(':') < 0
        && EMAIL.matcher(metered).matches()) {
      link("mailto:", text, Text.EMPTY, text, out);
    } else if (schemes.stream().anyMatch(c -> !s.equals(c) && s.startsWith(c))) {
      link("", text, attributes, text, out);
    } else {
      out.add(text);
    }
  }

  private Text shown(Text text) {
    if (Strings.length(env, text) <= longestShown) {
      return text;
    }
    int end = (int) Access.clamped(longestShown, Strings.length(env, text));
    return env.builder().add(text.slice(0, Strings.offset(text, end))).add("...").build();
  }

  private static void link(
      String scheme, Text address, Text attributes, Text shown, Text.Builder out) {
    out.add("<a href=\"" + scheme).add(address).add("\"").add(attributes).add(">");
    out.add(shown).add("</a>");
  }
}
