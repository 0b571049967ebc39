package dev.jora.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** The operators of two values that are no comparisons, with Python's meaning. */
enum Arithmetic {
  ADD("+") {
    @Override
    Value ints(BigInteger a, BigInteger b) {
      return Numbers.of(a.add(b));
    }

    @Override
    Value reals(double a, double b) {
      return new Value.Real(a + b);
    }
  },
  SUBTRACT("-") {
    @Override
    Value ints(BigInteger a, BigInteger b) {
      return Numbers.of(a.subtract(b));
    }

    @Override
    Value reals(double a, double b) {
      return new Value.Real(a - b);
    }
  },
  MULTIPLY("*") {
    @Override
    Value ints(BigInteger a, BigInteger b) {
      return Numbers.of(a.multiply(b));
    }

    @Override
    Value reals(double a, double b) {
      return new Value.Real(a * b);
    }
  },
  DIVIDE("/") {
    @Override
    Value ints(BigInteger a, BigInteger b) {
      return new Value.Real(Numbers.divide(a, b));
    }

    @Override
    Value reals(double a, double b) {
      if (b == 0) {
        throw new Fault("float division by zero");
      }
      return new Value.Real(a / b);
    }
  },
  FLOOR_DIVIDE("//") {
    @Override
    Value ints(BigInteger a, BigInteger b) {
      return Numbers.of(Numbers.floorDivide(a, b));
    }

    @Override
    Value reals(double a, double b) {
      return new Value.Real(Numbers.floorDivide(a, b));
    }
  },
  MODULO("%") {
    @Override
    Value ints(BigInteger a, BigInteger b) {
      return Numbers.of(Numbers.modulo(a, b));
    }

    @Override
    Value reals(double a, double b) {
      return new Value.Real(Numbers.modulo(a, b));
    }
  },
  POWER("**") {
    @Override
    Value ints(BigInteger a, BigInteger b) {
      return Numbers.power(new Value.Int(a), new Value.Int(b));
    }

    @Override
    Value reals(double a, double b) {
      return Numbers.power(new Value.Real(a), new Value.Real(b));
    }
  };

  private final String sign;

  Arithmetic(String sign) {
    this.sign = sign;
  }

  String sign() {
    return sign;
  }

  static Arithmetic of(String sign) {
    for (Arithmetic operator : values()) {
      if (operator.sign.equals(sign)) {
        return operator;
      }
    }
    throw new IllegalArgumentException(sign);
  }

  abstract Value ints(BigInteger a, BigInteger b);

  abstract Value reals(double a, double b);

  /** The value of {@code left operator right}. */
  Value apply(Env env, Value left, Value right) {
    if (Numbers.isInt(left) && Numbers.isInt(right)) {
      return ints(Numbers.big(left), Numbers.big(right));
    }
    if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
      return reals(Numbers.real(left), Numbers.real(right));
    }
    if (this == MODULO && left instanceof Value.Str s) {
      return Format.percent(env, s, right);
    }
    if (left instanceof Value.Undefined u) {
      throw new Fault(u.message());
    }
    if (right instanceof Value.Undefined u) {
      throw new Fault(u.message());
    }
    if (this == ADD) {
      return add(env, left, right);
    }
    if (this == MULTIPLY && Numbers.isInt(right)) {
      return repeat(env, left, right);
    }
    if (this == MULTIPLY && Numbers.isInt(left)) {
      return repeat(env, right, left);
    }
    throw unsupported(left, right);
  }

  private Value add(Env env, Value left, Value right) {
    if (left instanceof Value.Str a && right instanceof Value.Str b) {
      boolean safe = a.safe() || b.safe();
      Text.Builder out = env.builder();
      out.add(safe ? Strings.escaped(env, a) : a.text());
      out.add(safe ? Strings.escaped(env, b) : b.text());
      return new Value.Str(out.build(), safe);
    }
    if (left instanceof Value.Seq a && a.kind() != Value.Kind.RANGE && a.kind().isIndexed()) {
      boolean tuple = a.kind().isTuple();
      if (right instanceof Value.Seq b
          && (tuple ? b.kind().isTuple() : b.kind() == Value.Kind.LIST)) {
        env.meter().steps(a.items().size() + (long) b.items().size());
        List<Value> items = new ArrayList<>(a.items());
        items.addAll(b.items());
        return new Value.Seq(tuple ? Value.Kind.TUPLE : Value.Kind.LIST, items);
      }
      throw concatenation(left, right);
    }
    throw left instanceof Value.Str ? concatenation(left, right) : unsupported(left, right);
  }

  private static Fault concatenation(Value left, Value right) {
    String type = left instanceof Value.Str ? "str" : left.type();
    return new Fault("can only concatenate " + type + " (not \"" + right.type() + "\") to " + type);
  }

  private Fault unsupported(Value left, Value right) {
    return new Fault(
        "unsupported operand type(s) for "
            + (this == POWER ? "** or pow()" : sign)
            + ": '"
            + left.type()
            + "' and '"
            + right.type()
            + "'");
  }

  private Value repeat(Env env, Value what, Value times) {
    long n = Math.max(0, Numbers.index(times));
    if (what instanceof Value.Str s) {
      Text.Builder out = env.builder();
      for (long i = 0; i < n && s.text().length() > 0; i++) {
        env.meter().steps(1);
        out.add(s.text());
      }
      return new Value.Str(out.build(), s.safe());
    }
    if (what instanceof Value.Seq s && s.kind() != Value.Kind.RANGE && s.kind().isIndexed()) {
      List<Value> items = new ArrayList<>();
      for (long i = 0; i < n && !s.items().isEmpty(); i++) {
        env.meter().steps(s.items().size());
        items.addAll(s.items());
      }
      return new Value.Seq(s.kind().isTuple() ? Value.Kind.TUPLE : Value.Kind.LIST, items);
    }
    throw unsupported(what, times);
  }
}
