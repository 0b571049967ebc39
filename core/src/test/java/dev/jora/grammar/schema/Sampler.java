package dev.jora.grammar.schema;

import dev.jora.grammar.GrammarState;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Texts of a grammar by chance, byte by byte; signs that end something come sooner as it grows. */
final class Sampler {
  private static final int LONG = 150;
  private static final int TOO_LONG = 3000;

  private final Random random;

  Sampler(Random random) {
    this.random = random;
  }

  /** A text that the grammar allows; null if it became too long. */
  String sample(SchemaTexts texts) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    GrammarState state = texts.start();
    while (true) {
      boolean ends = text.size() > LONG || random.nextInt(3) == 0;
      if (state.isAccepting() && ends) {
        return text.toString(StandardCharsets.UTF_8);
      }
      byte[] unit = next(state, ends);
      if (unit == null) {
        if (!state.isAccepting()) {
          throw new AssertionError("nothing may follow " + text.toString(StandardCharsets.UTF_8));
        }
        return text.toString(StandardCharsets.UTF_8);
      }
      text.write(unit[0]);
      state = state.accept(unit);
      if (text.size() > TOO_LONG) {
        return null;
      }
    }
  }

  /** Likewise token by token of the masks, each as likely as the others that begin like it. */
  String sampleTokens(SchemaTexts texts) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    GrammarState state = texts.start();
    while (true) {
      boolean ends = text.size() > LONG || random.nextInt(3) == 0;
      if (state.isAccepting() && ends) {
        return text.toString(StandardCharsets.UTF_8);
      }
      byte[] preferred = next(state, ends);
      int[] ids = state.mask().ids().filter(id -> texts.bytes(id).length > 0).toArray();
      if (ids.length == 0) {
        if (preferred != null || !state.isAccepting()) {
          throw new AssertionError("no token may follow " + text.toString(StandardCharsets.UTF_8));
        }
        return text.toString(StandardCharsets.UTF_8);
      }
      int[] near = Arrays.stream(ids).filter(id -> texts.bytes(id)[0] == preferred[0]).toArray();
      int id =
          near.length == 0 ? ids[random.nextInt(ids.length)] : near[random.nextInt(near.length)];
      text.writeBytes(texts.bytes(id));
      state = state.accept(id);
      if (state.isDead()) {
        throw new AssertionError("a token of the mask is refused: " + id);
      }
      if (text.size() > TOO_LONG) {
        return null;
      }
    }
  }

  private byte[] next(GrammarState state, boolean ends) {
    if (ends) {
      for (char end : new char[] {'"', '}', ']'}) {
        if (allows(state, end)) {
          return new byte[] {(byte) end};
        }
      }
    }
    for (int i = 0; i < 24; i++) { // most texts are of these
      boolean letter = !ends && random.nextInt(4) > 0;
      int unit = letter ? 'a' + random.nextInt(3) : ' ' + random.nextInt(95);
      if (allows(state, unit)) {
        return new byte[] {(byte) unit};
      }
    }
    int from = random.nextInt(256);
    for (int i = 0; i < 256; i++) {
      if (allows(state, from + i & 0xff)) {
        return new byte[] {(byte) (from + i)};
      }
    }
    return null;
  }

  private static boolean allows(GrammarState state, int unit) {
    return !state.accept(new byte[] {(byte) unit}).isDead();
  }
}
