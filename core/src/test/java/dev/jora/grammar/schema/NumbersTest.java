package dev.jora.grammar.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sets of numbers against their arithmetic. */
class NumbersTest {
  private static final Pattern FORM = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?");

  /** A number of few digits, near which bounds are, or null. */
  private static BigDecimal bound(Random random) {
    if (random.nextInt(4) == 0) {
      return null;
    }
    int digits = random.nextInt(5);
    long unscaled = random.nextLong((long) Math.pow(10, digits)) * (random.nextBoolean() ? 1 : -1);
    return BigDecimal.valueOf(unscaled, random.nextInt(4) - 1);
  }

  private static boolean in(
      BigDecimal x, BigDecimal min, boolean above, BigDecimal max, boolean below, BigDecimal of) {
    return (min == null || x.compareTo(min) > 0 || !above && x.compareTo(min) == 0)
        && (max == null || x.compareTo(max) < 0 || !below && x.compareTo(max) == 0)
        && (of == null || x.remainder(of).signum() == 0);
  }

  @Test
  void boundsAndMultiplesAreThoseOfArithmetic() {
    Random random = new Random(3);
    int inside = 0;
    for (int i = 0; i < 250; i++) {
      BigDecimal min = bound(random);
      BigDecimal max = random.nextInt(5) == 0 ? min : bound(random);
      boolean above = random.nextBoolean();
      boolean below = random.nextBoolean();
      BigDecimal of = random.nextInt(3) > 0 ? null : bound(random);
      if (of != null && (of = of.abs()).signum() == 0) {
        of = new BigDecimal("0.01");
      }
      Dfa numbers = Numbers.number(min, above, max, below, of);
      Dfa integers = Numbers.integer(min, above, max, below, of);
      String all = min + " " + above + " " + max + " " + below + " " + of;
      for (int j = 0; j < 400; j++) {
        BigDecimal x = bound(random);
        if (x == null) {
          x = random.nextBoolean() || max == null ? min : max;
          x = x == null ? BigDecimal.ONE : x.add(BigDecimal.valueOf(random.nextInt(3) - 1, 3));
        }
        String text = (x.signum() == 0 && random.nextBoolean() ? "-" : "") + x.toPlainString();
        boolean expected = in(x, min, above, max, below, of);
        inside += expected ? 1 : 0;
        assertEquals(expected, numbers.matches(text), () -> text + " of " + all);
        boolean whole = !text.contains(".") && !text.equals("-0");
        assertEquals(expected && whole, integers.matches(text), () -> text + " of integers " + all);
      }
      for (int x = -300; x <= 300; x++) {
        boolean expected = in(BigDecimal.valueOf(x), min, above, max, below, of);
        assertEquals(expected, integers.matches(Integer.toString(x)), x + " of " + all);
      }
    }
    assertTrue(inside > 10_000, "inside: " + inside);
  }

  @Test
  void otherTextsAreNone() {
    Random random = new Random(4);
    String alphabet = "-.019";
    Dfa[] sets = {
      Numbers.number(null, false, null, false, null),
      Numbers.number(new BigDecimal("-5000"), false, new BigDecimal(5000), false, null),
      Numbers.number(null, false, null, false, new BigDecimal("0.1")),
    };
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(6); length > 0; length--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      boolean form = FORM.matcher(text).matches();
      assertEquals(form, sets[0].matches(text.toString()), text.toString());
      assertTrue(form || !sets[1].matches(text.toString()), text.toString());
      assertTrue(form || !sets[2].matches(text.toString()), text.toString());
    }
  }

  @Test
  void largeBoundsAreExact() {
    BigDecimal large = new BigDecimal("12345678910111213141516171819202122232425262728293031");
    Dfa from = Numbers.integer(large, false, null, false, null);
    assertTrue(from.matches(large.toPlainString()));
    assertFalse(from.matches(large.subtract(BigDecimal.ONE).toPlainString()));
    assertTrue(from.matches(large.multiply(BigDecimal.TEN).toPlainString()));
    Dfa written = Numbers.written(from);
    assertTrue(written.isFinite() && written.matches(large.toPlainString()));
    BigDecimal tiny = new BigDecimal("1e-40");
    Dfa below = Numbers.number(BigDecimal.ZERO, true, tiny, false, null);
    assertTrue(Numbers.written(below).matches(tiny.toPlainString()));
    assertTrue(Numbers.written(below).isFinite());
  }

  @Test
  void whatIsWrittenHasFewDigits() {
    Dfa any = Numbers.written(Numbers.number(null, false, null, false, null));
    for (String text : new String[] {"1e308", "99.0", "1.5e2", "-0", "-0.0", "1E-5", "0"}) {
      assertTrue(any.matches(text), text);
    }
    for (String text : new String[] {"01", "1.", ".5", "+1", "1e", "12345678901234567", ""}) {
      assertFalse(any.matches(text), text);
    }
    Dfa tens = Numbers.number(null, false, null, false, BigDecimal.TEN);
    assertTrue(tens.matches("20.00"));
    assertFalse(Numbers.written(tens).matches("20.00"));
    assertTrue(Numbers.written(tens).matches("20") && Numbers.written(tens).matches("0"));
    assertTrue(
        Numbers.written(Numbers.number(BigDecimal.ONE, true, BigDecimal.ONE, false, null))
            .isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "1000000, 3000000, 3100000",
    "86400, 864000, 864010",
    "0.25, 7.75, 7.8",
    "1e3, 0, 10"
  })
  void zerosOfADivisorCostLittle(BigDecimal of, String in, String out) {
    Dfa multiples = Numbers.number(null, false, null, false, of);
    assertTrue(multiples.matches(in) && multiples.matches("-" + in), in);
    assertFalse(multiples.matches(out), out);
  }

  /** With some ten thousand remainders, and digits to count, work and grammar stay small. */
  @ParameterizedTest
  @CsvSource({
    "9973, 99730000, 997300000000000000, 99730001",
    "9999, 99980001, 99990000000000000000, 99980002",
    "1499, 1499000000000000, 149900000000000000000, 1498000000000001",
    "0.9973, 997.3, 99730000000000, 997.4",
    "9973e5, 29919000000, 997300000000000000000, 29919000001",
  })
  void largeDivisorsAreWrittenWithFewerDigits(
      BigDecimal divisor, String in, String longer, String out) {
    Dfa multiples = Numbers.number(null, false, null, false, divisor);
    Dfa written = Numbers.written(multiples);
    assertTrue(written.states() <= 24_000, "states: " + written.states());
    assertTrue(written.isFinite() || divisor.scale() > 0);
    assertTrue(written.matches(in) && written.matches("-" + in) && written.matches("0"), in);
    assertTrue(multiples.matches(longer), longer);
    assertFalse(written.matches(longer), longer);
    assertFalse(written.matches(out) || multiples.matches(out), out);
  }

  @Test
  void smallDivisorsAreWrittenWithAllDigits() {
    for (String divisor : new String[] {"7", "997", "0.01", "86400", "1000000", "0.125"}) {
      BigDecimal of = new BigDecimal(divisor);
      Dfa written = Numbers.written(Numbers.number(null, false, null, false, of));
      BigDecimal largest = new BigDecimal("9999999999999999").divideToIntegralValue(of);
      assertTrue(written.matches(largest.multiply(of).toPlainString()), divisor);
    }
  }

  @Test
  void whatTakesTooManyStatesIsRefused() {
    BigDecimal divisor = new BigDecimal(9973);
    Dfa multiples = Numbers.number(null, false, null, false, divisor);
    Dfa others = Numbers.number(null, false, null, false, new BigDecimal(9967));
    assertThrows(SchemaException.class, () -> Numbers.both(multiples, others));
    assertThrows(SchemaException.class, () -> Numbers.either(multiples, others));
    for (String min : new String[] {"1e12", "1e4000"}) {
      assertThrows(
          SchemaException.class,
          () -> Numbers.written(Numbers.number(new BigDecimal(min), false, null, false, divisor)),
          min);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.123456789",
        "10001",
        "1e5000",
        "1e-5000",
        "1e999999999",
        "4294967297",
        "9973e300"
      })
  void whatIsTooLongIsRefused(BigDecimal divisor) {
    SchemaException e =
        assertThrows(
            SchemaException.class, () -> Numbers.number(null, false, null, false, divisor));
    assertTrue(e.getMessage().contains("cannot be enforced"), e.getMessage());
  }
}
