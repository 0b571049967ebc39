package dev.jora.sampling;

/**
 * The Mersenne Twister of C++'s {@code std::mt19937} and the uniform distributions of libstdc++
 * over it, bit for bit (Matsumoto and Nishimura 1998).
 */
public final class Mt19937 {
  private static final int N = 624;
  private static final int M = 397;

  private final int[] state = new int[N];
  private int index = N;

  /** A generator with this seed. */
  public Mt19937(int seed) {
    state[0] = seed;
    for (int i = 1; i < N; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ state[i - 1] >>> 30) + i;
    }
  }

  private Mt19937(Mt19937 other) {
    System.arraycopy(other.state, 0, state, 0, N);
    index = other.index;
  }

  /** A generator that goes on as this one would. */
  public Mt19937 copy() {
    return new Mt19937(this);
  }

  /** The next 32 random bits. */
  public int nextInt() {
    if (index == N) {
      twist();
    }
    int y = state[index++];
    y ^= y >>> 11;
    y ^= y << 7 & 0x9d2c5680;
    y ^= y << 15 & 0xefc60000;
    return y ^ y >>> 18;
  }

  /**
   * {@code std::uniform_real_distribution<double>(0, 1)}: (low + high · 2³²) / 2⁶⁴ of two outputs,
   * in double arithmetic; a result that rounds to 1 becomes the double below.
   */
  public double nextDouble() {
    double low = Integer.toUnsignedLong(nextInt());
    double high = Integer.toUnsignedLong(nextInt());
    double value = (low + high * 0x1p32) * 0x1p-64;
    return value >= 1 ? Math.nextDown(1.0) : value;
  }

  /** {@code std::uniform_real_distribution<float>(0, 1)}: one output / 2³² as float. */
  public float nextFloat() {
    float value = (float) Integer.toUnsignedLong(nextInt()) * 0x1p-32f;
    return value >= 1 ? Math.nextDown(1f) : value;
  }

  /**
   * {@code std::uniform_int_distribution<size_t>(0, bound - 1)} of libstdc++ 11 and later: the high
   * half of output · bound, outputs whose low half falls below 2³² mod bound left out (Lemire
   * 2019).
   *
   * @param bound at least 1
   */
  public int nextInt(int bound) {
    long product = Integer.toUnsignedLong(nextInt()) * bound;
    long threshold = (1L << 32) % bound;
    while ((product & 0xffffffffL) < threshold) {
      product = Integer.toUnsignedLong(nextInt()) * bound;
    }
    return (int) (product >>> 32);
  }

  private void twist() {
    for (int i = 0; i < N; i++) {
      int y = state[i] & 0x80000000 | state[(i + 1) % N] & 0x7fffffff;
      state[i] = state[(i + M) % N] ^ y >>> 1 ^ ((y & 1) == 0 ? 0 : 0x9908b0df);
    }
    index = 0;
  }
}
