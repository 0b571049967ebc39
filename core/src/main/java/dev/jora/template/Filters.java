package dev.jora.template;

import static dev.jora.template.Builtin.row;

import dev.jora.template.Builtin.Bound;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The filters. Those of sequences stand in {@link SequenceFilters}, of numbers in {@link
 * NumberFilters}.
 */
final class Filters {
  private static final String LINKS = "value trim_url_limit= nofollow= target= rel= extra_schemes=";
  private static final String WRAP = "s width= break_long_words= wrapstring= break_on_hyphens=";

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  static final Map<String, Builtin> TABLE = new HashMap<>();

  static {
    TABLE.putAll(SequenceFilters.TABLE);
    TABLE.putAll(NumberFilters.TABLE);
    TABLE.putAll(
        Builtin.table(
            row("attr", "obj name", (env, a) -> Access.attributeOnly(a.get(0), a.string(1))),
            row("capitalize", "s", (env, a) -> same(a, Strings.capitalize(env, soft(env, a)))),
            row("center", "value width=", Filters::center),
            row("d", "value default_value= boolean=", Filters::fallback),
            row("default", "value default_value= boolean=", Filters::fallback),
            row("e", "value", (env, a) -> html(Strings.escaped(env, a.get(0)))),
            row("escape", "value", (env, a) -> html(Strings.escaped(env, a.get(0)))),
            row("forceescape", "value", Filters::forceEscape),
            row("format", "value * **", Filters::format),
            row("from_json", "value", (env, a) -> JsonReader.read(env, a.text(0))),
            row("indent", "s width= first= blank=", Filters::indent),
            row("lower", "s", (env, a) -> same(a, Strings.lower(env, soft(env, a)))),
            row("pprint", "value", (env, a) -> Value.of(PrettyPrinter.print(env, a.get(0)))),
            row("replace", "s old new count=", Filters::replace),
            row("safe", "value", (env, a) -> html(soft(env, a))),
            row("string", "value", (env, a) -> same(a, soft(env, a))),
            row("striptags", "value", (env, a) -> Value.of(Markup.stripped(env, soft(env, a)))),
            row("title", "s", Filters::title),
            row("tojson", "x ensure_ascii= indent= separators= sort_keys=", Filters::toJson),
            row("trim", "value chars=", Filters::trim),
            row("truncate", "s length= killwords= end= leeway=", Filters::truncate),
            row("upper", "s", (env, a) -> same(a, Strings.upper(env, soft(env, a)))),
            row("urlencode", "value", Filters::urlEncode),
            row("urlize", LINKS, Links::filter),
            row("wordcount", "s", Filters::wordCount),
            row("wordwrap", WRAP, WordWrap::filter),
            row("xmlattr", "d autospace=", Filters::xmlAttributes)));
  }

  private Filters() {}

  /** The filter of a name, or null. */
  static Builtin find(String name) {
    return TABLE.get(name);
  }

  /** The filter of a name. */
  static Builtin get(String name) {
    Builtin filter = find(name);
    if (filter == null) {
      throw new Fault("No filter named '" + name + "'");
    }
    return filter;
  }

  private static Text soft(Env env, Bound a) {
    return env.str(a.get(0));
  }

  private static Value same(Bound a, Text text) {
    return new Value.Str(text, a.get(0) instanceof Value.Str s && s.safe());
  }

  private static Value html(Text text) {
    return new Value.Str(text, true);
  }

  private static Value center(Env env, Bound a) {
    return same(a, Strings.pad(env, soft(env, a), a.count(1, 80), Text.trusted(" "), 1));
  }

  private static Value fallback(Env env, Bound a) {
    Value value = a.get(0);
    boolean absent = value instanceof Value.Undefined || a.flag(2, false) && !value.isTrue();
    return absent ? a.get(1, Value.own("")) : value;
  }

  private static Value forceEscape(Env env, Bound a) {
    return html(Strings.escaped(env, Value.of(soft(env, a))));
  }

  private static Value format(Env env, Bound a) {
    if (!a.rest().isEmpty() && !a.named().isEmpty()) {
      throw new Fault("can't handle positional and keyword arguments at the same time");
    }
    Value values = new Value.Seq(Value.Kind.TUPLE, List.copyOf(a.rest()));
    if (!a.named().isEmpty()) {
      Value.Dict dict = Value.Dict.empty();
      a.named().forEach((name, value) -> dict.put(env, Value.own(name), value));
      values = dict;
    }
    return Format.percent(env, (Value.Str) same(a, soft(env, a)), values);
  }

  private static Value indent(Env env, Bound a) {
    Text width =
        a.get(1) instanceof Value.Str s
            ? s.text()
            : Text.trusted(" ".repeat(Math.clamp(a.integer(1, 4), 0, 1 << 16)));
    boolean blank = a.flag(3, false);
    if (!(a.get(0) instanceof Value.Str)) {
      Arithmetic.ADD.apply(env, a.get(0), Value.own("\n")); // which fails, as in Python
    }
    Text text = env.builder().add(soft(env, a)).add("\n").build();
    Text.Builder out = env.builder();
    boolean first = true;
    for (Value line : Strings.lines(env, text, false)) {
      Text characters = env.str(line);
      boolean indented = first ? a.flag(2, false) : blank || characters.length() > 0;
      out.add(first ? "" : "\n").add(indented ? width : Text.EMPTY).add(characters);
      first = false;
    }
    return same(a, out.build());
  }

  private static Value replace(Env env, Bound a) {
    Text with = env.str(a.get(2));
    String old = env.str(a.get(1)).string();
    return Value.of(Strings.replace(env, soft(env, a), old, with, a.integer(3, -1)));
  }

  /** Words begin after white space and opening brackets, not after apostrophes. */
  private static Value title(Env env, Bound a) {
    Text text = soft(env, a);
    Text.Builder out = env.builder();
    boolean begins = true;
    String s = text.string();
    for (int i = 0; i < s.length(); ) {
      int next = i + Character.charCount(s.codePointAt(i));
      Text c = text.slice(i, next);
      boolean between = Chars.isSpace(s.charAt(i)) || "-({[<".indexOf(s.charAt(i)) >= 0;
      out.add(begins && !between ? Strings.upper(env, c) : Strings.lower(env, c));
      begins = between;
      i = next;
    }
    return same(a, out.build());
  }

  private static Value toJson(Env env, Bound a) {
    Text indent = null;
    if (a.get(2) instanceof Value.Str s) {
      indent = s.text();
    } else if (a.has(2)) {
      indent = Text.trusted(" ".repeat(Math.clamp(a.integer(2, 0), 0, 1 << 10)));
    }
    Text items = Text.trusted(indent == null ? ", " : ",");
    Text keys = Text.trusted(": ");
    if (a.has(3)) {
      List<Value> separators = env.items(a.get(3));
      if (separators.size() != 2) {
        throw new Fault("separators must be two strings");
      }
      items = env.str(separators.getFirst());
      keys = env.str(separators.getLast());
    }
    JsonWriter.Style style =
        new JsonWriter.Style(a.flag(1, false), indent, items, keys, a.flag(4, false));
    return Value.of(JsonWriter.write(env, a.get(0), style));
  }

  private static Value trim(Env env, Bound a) {
    return same(a, Strings.strip(env, soft(env, a), a.string(1, null), true, true));
  }

  private static Value truncate(Env env, Bound a) {
    Text end = a.has(3) ? a.text(3) : Text.trusted("...");
    int length = a.count(1, 255);
    int endLength = Strings.length(env, end);
    if (length < endLength) {
      throw new Fault("expected length >= " + endLength + ", got " + length);
    }
    if (env.length(a.get(0)) <= length + a.integer(4, 5)) {
      return a.get(0);
    }
    Text text = a.text(0);
    env.meter().read(text.length());
    Text cut = text.slice(0, Strings.offset(text, length - endLength));
    int space = cut.string().lastIndexOf(' ');
    boolean words = !a.flag(2, false) && space >= 0;
    return same(a, env.builder().add(words ? cut.slice(0, space) : cut).add(end).build());
  }

  private static Value urlEncode(Env env, Bound a) {
    Value value = a.get(0);
    if (value instanceof Value.Str || !Env.isIterable(value)) {
      return Value.of(quoted(env, env.str(value), "/"));
    }
    Value pairs = value instanceof Value.Dict d ? Access.items(env, d) : value;
    List<Value> parts = new ArrayList<>();
    for (Value pair : env.items(pairs)) {
      List<Value> two = env.items(pair);
      if (two.size() != 2) {
        throw new Fault("urlencode needs pairs");
      }
      Text.Builder part = env.builder();
      part.add(quoted(env, env.str(two.getFirst()), "")).add("=");
      parts.add(Value.of(part.add(quoted(env, env.str(two.getLast()), "")).build()));
    }
    return Value.of(Strings.join(env, Text.trusted("&"), parts, true));
  }

  /** Percent-encoded; for queries (no slash kept) a space is a plus. */
  private static Text quoted(Env env, Text text, String kept) {
    return Strings.map(
        env,
        text,
        s -> {
          StringBuilder out = new StringBuilder();
          for (byte b : s.getBytes(StandardCharsets.UTF_8)) {
            env.meter().read(1);
            char c = (char) (b & 0xff);
            boolean plain = c < 128 && Character.isLetterOrDigit(c) || "_.-~".indexOf(c) >= 0;
            if (plain || kept.indexOf(c) >= 0) {
              out.append(c);
            } else if (c == ' ' && kept.isEmpty()) {
              out.append('+');
            } else {
              out.append('%').append(HEX.toHexDigits(b));
            }
          }
          return out.toString();
        });
  }

  private static Value wordCount(Env env, Bound a) {
    int n = 0;
    boolean inWord = false;
    String s = soft(env, a).string();
    env.meter().read(s.length());
    for (int i = 0; i < s.length(); i += Character.charCount(s.codePointAt(i))) {
      int c = s.codePointAt(i);
      boolean part = c == '_' || Character.isLetterOrDigit(c);
      n += part && !inWord ? 1 : 0;
      inWord = part;
    }
    return Value.of(n);
  }

  private static Value xmlAttributes(Env env, Bound a) {
    if (!(a.get(0) instanceof Value.Dict dict)) {
      throw new Fault("xmlattr needs a mapping, not " + a.get(0).type());
    }
    Text.Builder out = env.builder();
    for (Value.Dict.Entry entry : dict.entries().values()) {
      if (entry.value() instanceof Value.None || entry.value() instanceof Value.Undefined) {
        continue;
      }
      if (!(entry.key() instanceof Value.Str name)) {
        throw new Fault("xmlattr needs strings as keys, not " + entry.key().type());
      }
      Text key = name.text();
      env.meter().read(key.length());
      if (key.string().chars().anyMatch(c -> " \t\n\r\f\u000b/>=".indexOf(c) >= 0)) {
        throw new Fault("Invalid character in attribute name: '" + key.string() + "'");
      }
      out.add(out.length() > 0 || a.flag(1, true) ? " " : "");
      out.add(Strings.escaped(env, entry.key())).add("=\"");
      out.add(Strings.escaped(env, entry.value())).add("\"");
    }
    return Value.of(out.build());
  }
}
