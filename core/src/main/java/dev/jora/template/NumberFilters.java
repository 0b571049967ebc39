package dev.jora.template;

import static dev.jora.template.Builtin.row;

import dev.jora.template.Builtin.Bound;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;

/** Filters that make numbers, or read them. */
final class NumberFilters {
  static final Map<String, Builtin> TABLE =
      Builtin.table(
          row("abs", "x", NumberFilters::abs),
          row("filesizeformat", "value binary=", NumberFilters::fileSize),
          row("float", "value default=", NumberFilters::real),
          row("int", "value default= base=", NumberFilters::integer),
          row("round", "value precision= method=", NumberFilters::round));

  private NumberFilters() {}

  private static Value abs(Env env, Bound a) {
    Value x = a.get(0);
    if (x instanceof Value.Real r) {
      return new Value.Real(Math.abs(r.value()));
    }
    if (x instanceof Value.Undefined u) {
      throw new Fault(u.message());
    }
    if (!Numbers.isInt(x)) {
      throw new Fault("bad operand type for abs(): '" + x.type() + "'");
    }
    return new Value.Int(Numbers.big(x).abs());
  }

  private static Value fileSize(Env env, Bound a) {
    double bytes = toReal(env, a.get(0));
    boolean binary = a.flag(1, false);
    int base = binary ? 1024 : 1000;
    if (bytes == 1) {
      return Value.own("1 Byte");
    }
    if (bytes < base) {
      return Value.own(NumberText.truncated(bytes) + " Bytes");
    }
    String prefixes = "kMGTPEZY";
    double unit = base;
    int i = 0;
    while (i < prefixes.length() - 1 && bytes >= unit * base) {
      unit *= base;
      i++;
    }
    String number =
        Double.isFinite(bytes)
            ? new BigDecimal(bytes / unit).setScale(1, RoundingMode.HALF_EVEN).toPlainString()
            : NumberText.repr(bytes);
    String prefix = prefixes.substring(i, i + 1);
    return Value.own(number + " " + (binary ? (i == 0 ? "K" : prefix) + "iB" : prefix + "B"));
  }

  /** Python's {@code float}; fails as it does. */
  private static double toReal(Env env, Value value) {
    Double d = realOrNull(env, value);
    if (d == null) {
      throw new Fault("could not convert to float: a value of type " + value.type());
    }
    return d;
  }

  private static Double realOrNull(Env env, Value value) {
    env.meter().read(value instanceof Value.Str s ? s.text().length() : 0);
    return switch (value) {
      case Value.Str s -> NumberText.parseFloat(s.string());
      case Value.Undefined u -> throw new Fault(u.message());
      default -> Numbers.isNumber(value) ? (Double) Numbers.real(value) : null;
    };
  }

  private static Value real(Env env, Bound a) {
    Double d = realOrNull(env, a.get(0));
    return d == null ? a.get(1, new Value.Real(0)) : new Value.Real(d);
  }

  private static Value integer(Env env, Bound a) {
    Value value = a.get(0);
    BigInteger whole =
        value instanceof Value.Str s ? NumberText.parseInt(s.string(), a.count(2, 10)) : null;
    if (Numbers.isInt(value)) {
      whole = Numbers.big(value);
    }
    if (whole != null) {
      return Numbers.of(whole);
    }
    Double d = realOrNull(env, value);
    boolean none = d == null || d.isNaN() || d.isInfinite();
    if (none && value instanceof Value.Real && d.isInfinite()) {
      return new Value.Int(NumberText.truncated(d)); // which fails, as in Python
    }
    return none ? a.get(1, Value.of(0)) : new Value.Int(NumberText.truncated(d));
  }

  private static Value round(Env env, Bound a) {
    Value value = a.get(0);
    String method = a.string(2, "common");
    int precision = Math.clamp(a.integer(1, 0), -400, 400);
    if (!List.of("common", "ceil", "floor").contains(method)) {
      throw new Fault("method must be common, ceil or floor");
    }
    if (value instanceof Value.Undefined u) {
      throw new Fault(u.message());
    }
    if (!Numbers.isNumber(value)) {
      throw new Fault("type " + value.type() + " doesn't define __round__ method");
    }
    if (method.equals("common")) {
      if (Numbers.isInt(value)) {
        BigDecimal whole = new BigDecimal(Numbers.big(value));
        BigDecimal rounded = precision < 0 ? rounded(whole, precision) : whole;
        return new Value.Int(rounded.toBigInteger());
      }
      double d = Numbers.real(value);
      boolean finite = !Double.isNaN(d) && !Double.isInfinite(d);
      return new Value.Real(finite ? rounded(new BigDecimal(d), precision).doubleValue() : d);
    }
    double scale = Math.pow(10, precision);
    double scaled = Numbers.real(value) * scale;
    double whole = method.equals("ceil") ? Math.ceil(scaled) : Math.floor(scaled);
    return new Value.Real(whole / scale);
  }

  private static BigDecimal rounded(BigDecimal value, int precision) {
    return value.setScale(precision, RoundingMode.HALF_EVEN);
  }
}
