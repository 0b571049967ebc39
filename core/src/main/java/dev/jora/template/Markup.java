package dev.jora.template;

import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** HTML taken out of texts. */
final class Markup {
  private static final Pattern REFERENCE =
      Pattern.compile("&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\\t\\n\\f <&#;]{1,32};?)");

  private static final Charset WINDOWS = Charset.forName("windows-1252");

  /** From U+00A0 on, in order: names that need no semicolon, as those in {@link #BARE}. */
  private static final String LATIN =
      "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn"
          + " sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest"
          + " Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave"
          + " Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave"
          + " Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig"
          + " ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute"
          + " ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";

  private static final Map<String, String> BARE =
      Map.of(
          "amp", "&", "lt", "<", "gt", ">", "quot", "\"", "AMP", "&", "LT", "<", "GT", ">", "QUOT",
          "\"", "COPY", "©", "REG", "®");

  /** The most used of those that need one; HTML has two thousand. */
  private static final Map<String, String> OTHERS =
      Map.ofEntries(
          Map.entry("apos", "'"),
          Map.entry("hellip", "…"),
          Map.entry("mdash", "—"),
          Map.entry("ndash", "–"),
          Map.entry("lsquo", "‘"),
          Map.entry("rsquo", "’"),
          Map.entry("ldquo", "“"),
          Map.entry("rdquo", "”"),
          Map.entry("bull", "•"),
          Map.entry("euro", "€"),
          Map.entry("trade", "™"),
          Map.entry("larr", "←"),
          Map.entry("rarr", "→"),
          Map.entry("le", "≤"),
          Map.entry("ge", "≥"),
          Map.entry("ne", "≠"));

  /** By names, with a semicolon where it is needed. */
  private static final Map<String, String> NAMES = new TreeMap<>(BARE);

  static {
    String[] latin = LATIN.split(" ");
    for (int i = 0; i < latin.length; i++) {
      NAMES.put(latin[i], Character.toString(0xa0 + i));
    }
    Map<String, String> closed = new TreeMap<>(OTHERS);
    closed.putAll(NAMES);
    closed.forEach((name, text) -> NAMES.put(name + ";", text));
  }

  private Markup() {}

  /** Without comments and tags, white space as single spaces, character references replaced. */
  static Text stripped(Env env, Text text) {
    Text plain = withoutTags(env, withoutComments(env, text));
    List<Value> words = Strings.split(env, plain, null, -1, false);
    return unescaped(env, Strings.join(env, Text.trusted(" "), words, true));
  }

  /** What stands around a comment may make another. */
  private static Text withoutComments(Env env, Text text) {
    Text rest = text;
    env.meter().read(rest.length());
    int start = rest.string().indexOf("<!--");
    while (start >= 0) {
      int end = rest.string().indexOf("-->", start);
      if (end < 0) {
        return rest;
      }
      rest = env.builder().add(rest, 0, start).add(rest, end + 3, rest.length()).build();
      start = rest.string().indexOf("<!--", Math.max(0, start - 3));
    }
    return rest;
  }

  private static Text withoutTags(Env env, Text text) {
    String s = text.string();
    env.meter().read(s.length());
    Text.Builder out = env.builder();
    int from = 0;
    while (true) {
      env.meter().steps(1);
      int start = s.indexOf('<', from);
      int end = start < 0 ? -1 : s.indexOf('>', start);
      if (end < 0) {
        return out.add(text, from, s.length()).build();
      }
      out.add(text, from, start);
      from = end + 1;
    }
  }

  private static Text unescaped(Env env, Text text) {
    Matcher matcher = REFERENCE.matcher(new MeteredText(env.meter(), text.string()));
    Text.Builder out = env.builder();
    int from = 0;
    while (matcher.find()) {
      env.meter().steps(1);
      out.add(text, from, matcher.start());
      String character = character(matcher.group(1));
      out.add(character, text, matcher.start(), matcher.end());
      from = matcher.end();
    }
    return out.add(text, from, text.length()).build();
  }

  /** What a reference stands for; of one that is not known its text. */
  private static String character(String reference) {
    if (reference.startsWith("#")) {
      String number = reference.replace(";", "").substring(1);
      boolean hex = number.startsWith("x") || number.startsWith("X");
      return numbered(hex ? number.substring(1) : number, hex ? 16 : 10);
    }
    if (NAMES.containsKey(reference)) {
      return NAMES.get(reference);
    }
    for (int n = reference.length() - 1; n > 1; n--) {
      String name = reference.substring(0, n);
      if (NAMES.containsKey(name)) {
        return NAMES.get(name) + reference.substring(n);
      }
    }
    return "&" + reference;
  }

  /** As HTML reads numbers that are no characters. */
  private static String numbered(String digits, int radix) {
    String plain = digits.replaceFirst("^0+(?=.)", "");
    int c =
        plain.length() > 8
            ? Integer.MAX_VALUE
            : (int) Math.min(Long.parseLong(plain, radix), Integer.MAX_VALUE);
    if (c >= 0x80 && c <= 0x9f) {
      String windows = new String(new byte[] {(byte) c}, WINDOWS);
      return windows.equals("\uFFFD") ? Character.toString(c) : windows;
    }
    if (c == 0 || c > Character.MAX_CODE_POINT || c >= 0xd800 && c <= 0xdfff) {
      return "\uFFFD";
    }
    boolean control = c < 0x20 && "\t\n\f\r".indexOf(c) < 0 || c == 0x7f;
    boolean noCharacter = c >= 0xfdd0 && c <= 0xfdef || (c & 0xfffe) == 0xfffe;
    return control || noCharacter ? "" : Character.toString(c);
  }
}
