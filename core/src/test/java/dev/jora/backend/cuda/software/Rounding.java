package dev.jora.backend.cuda.software;

/** Where a result goes that lies between two numbers. */
enum Rounding {
  NEAREST,
  ZERO,
  DOWN,
  UP;

  /** The float for {@code value + rest}, where rest is far smaller. */
  float round(double value, double rest) {
    float nearest = (float) value;
    if (this == NEAREST || Float.isNaN(nearest) || Double.isInfinite(value)) {
      return nearest;
    }
    double over = value - nearest + rest;
    boolean down = this == DOWN || this == ZERO && nearest > 0;
    boolean up = this == UP || this == ZERO && nearest < 0;
    if (down && over < 0) {
      return Math.nextDown(nearest);
    }
    return up && over > 0 ? Math.nextUp(nearest) : nearest;
  }

  /** The whole number. */
  double whole(double value) {
    return switch (this) {
      case NEAREST -> Math.rint(value);
      case ZERO -> value < 0 ? Math.ceil(value) : Math.floor(value);
      case DOWN -> Math.floor(value);
      case UP -> Math.ceil(value);
    };
  }
}
