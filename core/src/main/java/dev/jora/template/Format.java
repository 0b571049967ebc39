package dev.jora.template;

import dev.jora.template.Builtin.Bound;
import java.util.List;

/** Texts with places to fill: {@code "%s" % x} and {@code "{}".format(x)}. */
final class Format {
  private final Env env;
  private final Text pattern;
  private final boolean safe;
  private final Text.Builder out;
  private int at;

  private Format(Env env, Text pattern, boolean safe) {
    this.env = env;
    this.pattern = pattern;
    this.safe = safe;
    this.out = env.builder();
  }

  /** {@code pattern % value}: a tuple has many values, a dict named ones. */
  static Value percent(Env env, Value.Str pattern, Value value) {
    Format format = new Format(env, pattern.text(), pattern.safe());
    List<Value> values =
        value instanceof Value.Seq s && s.kind().isTuple() ? s.items() : List.of(value);
    int used = format.percents(values, value instanceof Value.Dict d ? d : null);
    boolean mapping = // what Python takes for one: it has items by keys
        value instanceof Value.Dict
            || value instanceof Value.Undefined
            || value instanceof Value.Seq s && !s.kind().isTuple();
    if (used < values.size() && !mapping) {
      throw new Fault("not all arguments converted during string formatting");
    }
    return new Value.Str(format.out.build(), pattern.safe());
  }

  private int percents(List<Value> values, Value.Dict dict) {
    String s = pattern.string();
    int used = 0;
    int from = 0;
    for (at = s.indexOf('%'); at >= 0; at = s.indexOf('%', from)) {
      out.add(pattern, from, at++);
      Value named = name(dict);
      PercentSpec spec = new PercentSpec();
      at = spec.flags(s, at);
      if (s.startsWith("*", at)) {
        spec.width(Numbers.index(next(values, used++)));
        at++;
      } else {
        at = spec.width(s, at);
      }
      if (s.startsWith(".*", at)) {
        spec.precision(Numbers.index(next(values, used++)));
        at += 2;
      } else {
        at = spec.precision(s, at);
      }
      while (at < s.length() && "hlL".indexOf(s.charAt(at)) >= 0) {
        at++;
      }
      if (at == s.length()) {
        throw new Fault("incomplete format");
      }
      char type = s.charAt(at++);
      from = at;
      if (type == '%') {
        out.add("%");
      } else {
        Value value = named != null ? named : next(values, used++);
        spec.add(env, escaped(value), type, out);
      }
    }
    out.add(pattern, from, s.length());
    return used;
  }

  private Value name(Value.Dict dict) {
    String s = pattern.string();
    if (!s.startsWith("(", at)) {
      return null;
    }
    int end = s.indexOf(')', at);
    if (end < 0) {
      throw new Fault("incomplete format key");
    }
    if (dict == null) {
      throw new Fault("format requires a mapping");
    }
    String name = s.substring(at + 1, end);
    at = end + 1;
    Value value = dict.get(name);
    if (value == null) {
      throw new Fault("'" + name + "'");
    }
    return value;
  }

  private static Value next(List<Value> values, int used) {
    if (used >= values.size()) {
      throw new Fault("not enough arguments for format string");
    }
    return values.get(used);
  }

  private Value escaped(Value value) {
    return safe && !Numbers.isNumber(value) ? Value.of(Strings.escaped(env, value)) : value;
  }

  /** {@code str.format}. */
  static Value braces(Env env, Bound a) {
    boolean safe = a.get(0) instanceof Value.Str s && s.safe();
    Format format = new Format(env, a.text(0), safe);
    new Braces(format, a.rest(), a.named()::get).fill(a.text(0), 2, format.out);
    return new Value.Str(format.out.build(), safe);
  }

  /** {@code str.format_map}. */
  static Value bracesOfMap(Env env, Bound a) {
    boolean safe = a.get(0) instanceof Value.Str s && s.safe();
    Format format = new Format(env, a.text(0), safe);
    if (!(a.get(1) instanceof Value.Dict dict)) {
      throw new Fault("format_map() argument must be a mapping, not " + a.get(1).type());
    }
    new Braces(format, List.of(), dict::get).fill(a.text(0), 2, format.out);
    return new Value.Str(format.out.build(), safe);
  }

  private interface Names {
    Value get(String name);
  }

  /** The language of {@code str.format}. */
  private static final class Braces {
    private final Format format;
    private final Env env;
    private final List<Value> values;
    private final Names names;
    private int automatic; // the next place without a number; −1 where they have numbers

    Braces(Format format, List<Value> values, Names names) {
      this.format = format;
      this.env = format.env;
      this.values = values;
      this.names = names;
    }

    void fill(Text pattern, int levels, Text.Builder out) {
      if (levels < 0) {
        throw new Fault("Max string recursion exceeded");
      }
      String s = pattern.string();
      int from = 0;
      for (int i = 0; i < s.length(); ) {
        char c = s.charAt(i);
        if (c != '{' && c != '}') {
          i++;
          continue;
        }
        out.add(pattern, from, i);
        if (i + 1 < s.length() && s.charAt(i + 1) == c) {
          out.add(pattern, i, i + 1);
          i += 2;
        } else if (c == '}') {
          throw new Fault("Single '}' encountered in format string");
        } else {
          int end = end(s, i + 1);
          field(pattern.slice(i + 1, end), levels, out);
          i = end + 1;
        }
        from = i;
      }
      out.add(pattern, from, s.length());
    }

    private static int end(String s, int from) {
      int depth = 1;
      for (int i = from; i < s.length(); i++) {
        depth += s.charAt(i) == '{' ? 1 : s.charAt(i) == '}' ? -1 : 0;
        if (depth == 0) {
          return i;
        }
      }
      throw new Fault("expected '}' before end of string");
    }

    private void field(Text field, int levels, Text.Builder out) {
      String s = field.string();
      int bracket = 0;
      int nameEnd = 0;
      while (nameEnd < s.length() && (bracket > 0 || ":!".indexOf(s.charAt(nameEnd)) < 0)) {
        bracket += s.charAt(nameEnd) == '[' ? 1 : s.charAt(nameEnd) == ']' ? -1 : 0;
        nameEnd++;
      }
      Value value = lookUp(s.substring(0, nameEnd));
      int at = nameEnd;
      if (s.startsWith("!", at)) {
        value = convert(value, at + 1 < s.length() ? s.charAt(at + 1) : ' ');
        at += 2;
      }
      if (at < s.length() && s.charAt(at) != ':') {
        throw new Fault("expected ':' after conversion specifier");
      }
      Text.Builder spec = env.builder();
      if (at < s.length()) {
        fill(field.slice(at + 1, s.length()), levels - 1, spec);
      }
      FormatSpec.of(spec.build().string()).add(env, format.escaped(value), out);
    }

    private Value convert(Value value, char conversion) {
      switch (conversion) {
        case 's' -> {
          return Value.of(env.str(value));
        }
        case 'r', 'a' -> {
          Text.Builder text = env.builder();
          new Printer(env, text).repr(value);
          return Value.of(text.build());
        }
        default -> throw new Fault("Unknown conversion specifier '" + conversion + "'");
      }
    }

    private Value lookUp(String path) {
      int end = 0;
      while (end < path.length() && ".[".indexOf(path.charAt(end)) < 0) {
        end++;
      }
      Value value = first(path.substring(0, end));
      while (end < path.length()) {
        if (path.charAt(end) == '.') {
          int from = ++end;
          while (end < path.length() && ".[".indexOf(path.charAt(end)) < 0) {
            end++;
          }
          value = Access.attribute(env, value, path.substring(from, end));
        } else {
          int close = path.indexOf(']', end);
          if (close < 0) {
            throw new Fault("Missing ']' in format string");
          }
          String key = path.substring(end + 1, close);
          boolean number = !key.isEmpty() && key.chars().allMatch(c -> c >= '0' && c <= '9');
          Value index = number ? NumberText.integerLiteral(key) : Value.own(key);
          value = Access.item(env, value, index);
          end = close + 1;
        }
      }
      return value;
    }

    private Value first(String name) {
      boolean number = name.chars().allMatch(c -> c >= '0' && c <= '9');
      if (!number) {
        Value value = names.get(name);
        if (value == null) {
          throw new Fault("'" + name + "'");
        }
        return value;
      }
      if (name.isEmpty() ? automatic < 0 : automatic > 0) {
        throw new Fault("cannot mix manual field specification and automatic field numbering");
      }
      int place = name.isEmpty() ? automatic++ : name.length() > 6 ? -1 : Integer.parseInt(name);
      if (!name.isEmpty()) {
        automatic = -1;
      }
      if (place < 0 || place >= values.size()) {
        throw new Fault("Replacement index " + name + " out of range for positional args tuple");
      }
      return values.get(place);
    }
  }
}
