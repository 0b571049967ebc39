package dev.jora.template;

import static dev.jora.template.Builtin.row;

import dev.jora.template.Builtin.Bound;
import java.util.Map;
import java.util.function.IntPredicate;

/** The methods of {@code str}. */
final class StringMethods {
  static final Map<String, Builtin> TABLE =
      Builtin.table(
          row("capitalize", "self", (env, a) -> same(a, Strings.capitalize(env, a.text(0)))),
          row("casefold", "self", (env, a) -> same(a, Strings.lower(env, a.text(0)))),
          row("center", "self width fillchar=", (env, a) -> pad(env, a, 1)),
          row("count", "self sub start= end=", StringMethods::count),
          row("endswith", "self suffix start= end=", (env, a) -> affix(env, a, true)),
          row("expandtabs", "self tabsize=", StringMethods::expandTabs),
          row("find", "self sub start= end=", (env, a) -> Value.of(find(env, a, false))),
          row("format", "self * **", Format::braces),
          row("format_map", "self mapping", Format::bracesOfMap),
          row("index", "self sub start= end=", (env, a) -> place(find(env, a, false))),
          row("isalnum", "self", (env, a) -> all(env, a, Character::isLetterOrDigit)),
          row("isalpha", "self", (env, a) -> all(env, a, Character::isLetter)),
          row("isascii", "self", (env, a) -> Value.of(read(env, a).chars().allMatch(c -> c < 128))),
          row("isdecimal", "self", (env, a) -> all(env, a, Character::isDigit)),
          row("isdigit", "self", (env, a) -> all(env, a, StringMethods::isDigit)),
          row("isidentifier", "self", (env, a) -> Value.of(isIdentifier(read(env, a)))),
          row("islower", "self", (env, a) -> cased(env, a, Character::isLowerCase)),
          row("isnumeric", "self", (env, a) -> all(env, a, StringMethods::isNumeric)),
          row(
              "isprintable",
              "self",
              (env, a) -> Value.of(read(env, a).codePoints().allMatch(Chars::isPrintable))),
          row("isspace", "self", (env, a) -> all(env, a, Chars::isSpace)),
          row("istitle", "self", StringMethods::isTitle),
          row("isupper", "self", (env, a) -> cased(env, a, Character::isUpperCase)),
          row("join", "self iterable", StringMethods::join),
          row("ljust", "self width fillchar=", (env, a) -> pad(env, a, 0)),
          row("lower", "self", (env, a) -> same(a, Strings.lower(env, a.text(0)))),
          row("lstrip", "self chars=", (env, a) -> strip(env, a, true, false)),
          row("partition", "self sep", (env, a) -> partition(env, a, false)),
          row("removeprefix", "self prefix", (env, a) -> remove(env, a, false)),
          row("removesuffix", "self suffix", (env, a) -> remove(env, a, true)),
          row("replace", "self old new count=", StringMethods::replace),
          row("rfind", "self sub start= end=", (env, a) -> Value.of(find(env, a, true))),
          row("rindex", "self sub start= end=", (env, a) -> place(find(env, a, true))),
          row("rjust", "self width fillchar=", (env, a) -> pad(env, a, 2)),
          row("rpartition", "self sep", (env, a) -> partition(env, a, true)),
          row("rsplit", "self sep= maxsplit=", (env, a) -> split(env, a, true)),
          row("rstrip", "self chars=", (env, a) -> strip(env, a, false, true)),
          row("split", "self sep= maxsplit=", (env, a) -> split(env, a, false)),
          row("splitlines", "self keepends=", StringMethods::lines),
          row("startswith", "self prefix start= end=", (env, a) -> affix(env, a, false)),
          row("strip", "self chars=", (env, a) -> strip(env, a, true, true)),
          row("swapcase", "self", (env, a) -> same(a, Strings.swapCase(env, a.text(0)))),
          row("title", "self", (env, a) -> same(a, Strings.title(env, a.text(0)))),
          row("upper", "self", (env, a) -> same(a, Strings.upper(env, a.text(0)))),
          row("zfill", "self width", StringMethods::zeroFill));

  private StringMethods() {}

  /** A string as safe as the one whose method it is. */
  private static Value same(Bound a, Text text) {
    return new Value.Str(text, a.get(0) instanceof Value.Str s && s.safe());
  }

  /** The string whose method it is, all of which is looked at. */
  private static String read(Env env, Bound a) {
    String s = a.string(0);
    env.meter().read(s.length());
    return s;
  }

  private static Value strip(Env env, Bound a, boolean left, boolean right) {
    return same(a, Strings.strip(env, a.text(0), a.string(1, null), left, right));
  }

  private static Value pad(Env env, Bound a, int leftHalves) {
    Text fill = a.has(2) ? a.text(2) : Text.trusted(" ");
    if (Strings.length(env, fill) != 1) {
      throw new Fault("The fill character must be exactly one character long");
    }
    return same(a, Strings.pad(env, a.text(0), a.count(1, 0), fill, leftHalves));
  }

  private static Value zeroFill(Env env, Bound a) {
    Text text = a.text(0);
    int sign = text.string().startsWith("-") || text.string().startsWith("+") ? 1 : 0;
    Text.Builder out = env.builder().add(text, 0, sign);
    Text digits = text.slice(sign, text.length());
    out.add(Strings.pad(env, digits, a.count(1, 0) - sign, Text.trusted("0"), 2));
    return same(a, out.build());
  }

  private static Value replace(Env env, Bound a) {
    return same(a, Strings.replace(env, a.text(0), a.string(1), a.text(2), a.integer(3, -1)));
  }

  private static Value split(Env env, Bound a, boolean fromRight) {
    return Value.list(
        Strings.split(env, a.text(0), a.string(1, null), a.integer(2, -1), fromRight));
  }

  private static Value lines(Env env, Bound a) {
    return Value.list(Strings.lines(env, a.text(0), a.flag(1, false)));
  }

  private static Value join(Env env, Bound a) {
    return same(a, Strings.join(env, a.text(0), env.items(a.get(1)), false));
  }

  private static Value partition(Env env, Bound a, boolean fromRight) {
    Text text = a.text(0);
    String separator = a.string(1);
    if (separator.isEmpty()) {
      throw new Fault("empty separator");
    }
    String s = text.string();
    Search search = new Search(env.meter(), s, separator);
    int at = fromRight ? search.before(s.length()) : search.next(0);
    env.meter().read(s.length());
    Value none = Value.own("");
    if (at < 0) {
      return fromRight ? Value.tuple(none, none, a.get(0)) : Value.tuple(a.get(0), none, none);
    }
    int end = at + separator.length();
    return Value.tuple(
        Value.of(text.slice(0, at)),
        Value.of(text.slice(at, end)),
        Value.of(text.slice(end, s.length())));
  }

  private static Value remove(Env env, Bound a, boolean suffix) {
    Text text = a.text(0);
    String affix = a.string(1);
    env.meter().read((long) text.length() + affix.length());
    if (affix.isEmpty()) {
      return a.get(0);
    }
    if (suffix) {
      boolean ends = text.string().endsWith(affix);
      return same(a, ends ? text.slice(0, text.length() - affix.length()) : text);
    }
    boolean starts = text.string().startsWith(affix);
    return same(a, starts ? text.slice(affix.length(), text.length()) : text);
  }

  /** The part that start and end (arguments 2 and 3) leave, and where it begins. */
  private record Window(String part, int from, boolean isValid) {}

  private static Window window(Env env, Bound a) {
    Text text = a.text(0);
    if (!a.has(2) && !a.has(3)) {
      return new Window(text.string(), 0, true);
    }
    int n = Strings.length(env, text);
    long start = Access.clamped(a.integer(2, 0), n);
    long end = Access.clamped(a.integer(3, n), n);
    boolean valid = start <= end && a.integer(2, 0) <= n;
    int from = Strings.offset(text, (int) start);
    int to = Strings.offset(text, (int) Math.max(start, end));
    env.meter().read(to);
    return new Window(text.string().substring(from, to), (int) start, valid);
  }

  private static Value affix(Env env, Bound a, boolean suffix) {
    Window window = window(env, a);
    if (a.get(1) instanceof Value.Seq tuple && tuple.kind().isTuple()) {
      return Value.of(
          tuple.items().stream().anyMatch(item -> hasAffix(env, window, affixOf(item, a), suffix)));
    }
    return Value.of(hasAffix(env, window, affixOf(a.get(1), a), suffix));
  }

  private static Value.Str affixOf(Value value, Bound a) {
    if (value instanceof Value.Str s) {
      return s;
    }
    throw new Fault(a.name() + " first arg must be str or a tuple of str, not " + value.type());
  }

  private static boolean hasAffix(Env env, Window window, Value.Str affix, boolean suffix) {
    String part = window.part();
    env.meter().steps(1);
    env.meter().read(Math.min(part.length(), affix.string().length()));
    boolean has = suffix ? part.endsWith(affix.string()) : part.startsWith(affix.string());
    return window.isValid() && has;
  }

  private static long find(Env env, Bound a, boolean last) {
    Window window = window(env, a);
    if (!window.isValid()) {
      return -1;
    }
    String part = window.part();
    Search search = new Search(env.meter(), part, a.string(1));
    int at = last ? search.before(part.length()) : search.next(0);
    return at < 0 ? -1 : window.from() + part.codePointCount(0, at);
  }

  private static Value place(long place) {
    if (place < 0) {
      throw new Fault("substring not found");
    }
    return Value.of(place);
  }

  private static Value count(Env env, Bound a) {
    Window window = window(env, a);
    String sub = a.string(1);
    String part = window.part();
    if (!window.isValid()) {
      return Value.of(0);
    }
    if (sub.isEmpty()) {
      env.meter().read(part.length());
      return Value.of(part.codePointCount(0, part.length()) + 1L);
    }
    Search search = new Search(env.meter(), part, sub);
    int n = 0;
    for (int at = search.next(0); at >= 0; at = search.next(at + sub.length())) {
      env.meter().steps(1);
      n++;
    }
    return Value.of(n);
  }

  private static Value expandTabs(Env env, Bound a) {
    Text text = a.text(0);
    int size = a.count(1, 8);
    Text.Builder out = env.builder();
    int column = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.string().charAt(i);
      if (c == '\t') {
        int spaces = size > 0 ? size - column % size : 0;
        out.add(Strings.pad(env, Text.EMPTY, spaces, Text.trusted(" "), 0));
        column += spaces;
      } else {
        out.add(text, i, i + 1);
        column = c == '\n' || c == '\r' ? 0 : column + (Character.isLowSurrogate(c) ? 0 : 1);
      }
    }
    return same(a, out.build());
  }

  private static Value all(Env env, Bound a, IntPredicate test) {
    String s = read(env, a);
    return Value.of(!s.isEmpty() && s.codePoints().allMatch(test));
  }

  private static Value cased(Env env, Bound a, IntPredicate test) {
    String s = read(env, a);
    return Value.of(
        s.codePoints().anyMatch(Strings::isCased)
            && s.codePoints().filter(Strings::isCased).allMatch(test));
  }

  private static Value isTitle(Env env, Bound a) {
    boolean any = false;
    boolean inWord = false;
    String s = read(env, a);
    for (int i = 0; i < s.length(); i += Character.charCount(s.codePointAt(i))) {
      int c = s.codePointAt(i);
      boolean upper = Character.isUpperCase(c) || Character.isTitleCase(c);
      if (upper && inWord || Character.isLowerCase(c) && !inWord) {
        return Value.FALSE;
      }
      inWord = Strings.isCased(c);
      any |= inWord;
    }
    return Value.of(any);
  }

  private static boolean isDigit(int c) {
    // Superscripts and circled digits are digits without being decimal.
    return Character.isDigit(c)
        || c == 0xb2
        || c == 0xb3
        || c == 0xb9
        || c == 0x2070
        || c >= 0x2074 && c <= 0x2079
        || c >= 0x2080 && c <= 0x2089
        || c >= 0x2460 && c <= 0x2468;
  }

  private static boolean isNumeric(int c) {
    int type = Character.getType(c);
    return Character.isDigit(c)
        || type == Character.LETTER_NUMBER
        || type == Character.OTHER_NUMBER;
  }

  private static boolean isIdentifier(String s) {
    return !s.isEmpty()
        && (s.charAt(0) == '_' || Character.isUnicodeIdentifierStart(s.codePointAt(0)))
        && s.codePoints().allMatch(Chars::isNamePart);
  }
}
