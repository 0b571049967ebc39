package dev.jora.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/** Numbers as operands: bools count as 1 and 0. */
final class Numbers {
  /** Longer integers are refused. */
  private static final int MOST_BITS = 16_384;

  private Numbers() {}

  /** True for bools, integers and floats. */
  static boolean isNumber(Value value) {
    return isInt(value) || value instanceof Value.Real;
  }

  static boolean isInt(Value value) {
    return value instanceof Value.Int || value instanceof Value.Bool;
  }

  /** The integer of an int or bool. */
  static BigInteger big(Value value) {
    return switch (value) {
      case Value.Int i -> i.value();
      case Value.Bool b -> b.value() ? BigInteger.ONE : BigInteger.ZERO;
      default ->
          throw new Fault("'" + value.type() + "' object cannot be interpreted as an integer");
    };
  }

  /** An integer as a place or count; what is out of range becomes the last of the range. */
  static long index(Value value) {
    BigInteger i = big(value);
    if (i.bitLength() < 63) {
      return i.longValue();
    }
    return i.signum() < 0 ? Long.MIN_VALUE / 2 : Long.MAX_VALUE / 2;
  }

  static double real(Value value) {
    if (value instanceof Value.Real r) {
      return r.value();
    }
    double d = big(value).doubleValue();
    if (Double.isInfinite(d)) {
      throw new Fault("int too large to convert to float");
    }
    return d;
  }

  /** A checked integer. */
  static Value of(BigInteger value) {
    if (value.bitLength() > MOST_BITS) {
      throw new Fault("an integer of more than " + MOST_BITS + " bits");
    }
    return new Value.Int(value);
  }

  /** {@code a // b} of integers. */
  static BigInteger floorDivide(BigInteger a, BigInteger b) {
    BigInteger[] both = a.divideAndRemainder(nonZero(b));
    boolean down = both[1].signum() != 0 && both[1].signum() != b.signum();
    return down ? both[0].subtract(BigInteger.ONE) : both[0];
  }

  /** {@code a % b} of integers: the sign is b's. */
  static BigInteger modulo(BigInteger a, BigInteger b) {
    return a.subtract(floorDivide(a, b).multiply(b));
  }

  private static BigInteger nonZero(BigInteger divisor) {
    if (divisor.signum() == 0) {
      throw new Fault("integer division or modulo by zero");
    }
    return divisor;
  }

  /** {@code a / b} of integers, rounded once. */
  static double divide(BigInteger a, BigInteger b) {
    if (b.signum() == 0) {
      throw new Fault("division by zero");
    }
    if (a.bitLength() <= 53 && b.bitLength() <= 53) {
      return a.doubleValue() / b.doubleValue();
    }
    int digits = Math.max(0, (b.bitLength() - a.bitLength()) / 3 + 25);
    double d = new BigDecimal(a).divide(new BigDecimal(b), digits, RoundingMode.DOWN).doubleValue();
    if (Double.isInfinite(d)) {
      throw new Fault("integer division result too large for a float");
    }
    return d;
  }

  static double floorDivide(double a, double b) {
    if (b == 0) {
      throw new Fault("float floor division by zero");
    }
    return Math.floor((a - modulo(a, b)) / b + 0.5);
  }

  static double modulo(double a, double b) {
    if (b == 0) {
      throw new Fault("float modulo");
    }
    double rest = a % b;
    if (rest == 0) {
      return Math.copySign(0, b);
    }
    return rest < 0 != b < 0 ? rest + b : rest;
  }

  static Value power(Value a, Value b) {
    if (isInt(a) && isInt(b) && big(b).signum() >= 0) {
      BigInteger base = big(a);
      BigInteger exponent = big(b);
      boolean small = base.bitLength() <= 1 && base.signum() >= 0;
      if (small) {
        return new Value.Int(exponent.signum() == 0 ? BigInteger.ONE : base);
      }
      if (exponent.bitLength() > 20 || exponent.longValue() * (base.bitLength() - 1L) > MOST_BITS) {
        throw new Fault("an integer of more than " + MOST_BITS + " bits");
      }
      return of(base.pow(exponent.intValue()));
    }
    double x = real(a);
    double y = real(b);
    if (x == 0 && y < 0) {
      throw new Fault("0.0 cannot be raised to a negative power");
    }
    double result = Math.pow(x, y);
    if (Double.isNaN(result) && !Double.isNaN(x) && !Double.isNaN(y)) {
      throw new Fault("complex numbers are not supported");
    }
    if (Double.isInfinite(result) && !Double.isInfinite(x) && !Double.isInfinite(y)) {
      throw new Fault("(34, 'Numerical result out of range')");
    }
    return new Value.Real(result);
  }
}
