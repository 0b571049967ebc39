package dev.jora.backend.cuda.software;

import java.util.Locale;

/** How two numbers are compared; those that end in U are also true of a NaN. */
enum Compare {
  EQ,
  NE,
  LT,
  LE,
  GT,
  GE,
  LO,
  LS,
  HI,
  HS,
  EQU,
  NEU,
  LTU,
  LEU,
  GTU,
  GEU,
  NUM,
  NAN;

  /** By its name in PTX; null if it is none. */
  static Compare find(String name) {
    for (Compare compare : values()) {
      if (compare.name().toLowerCase(Locale.ROOT).equals(name)) {
        return compare;
      }
    }
    return null;
  }

  /** Of an order: negative, 0, positive. */
  boolean holds(int order) {
    return switch (this) {
      case EQ, EQU -> order == 0;
      case NE, NEU -> order != 0;
      case LT, LO, LTU -> order < 0;
      case LE, LS, LEU -> order <= 0;
      case GT, HI, GTU -> order > 0;
      case GE, HS, GEU -> order >= 0;
      case NUM -> true;
      case NAN -> false;
    };
  }

  /** Of two numbers. */
  boolean holds(double a, double b) {
    if (Double.isNaN(a) || Double.isNaN(b)) {
      return switch (this) {
        case EQU, NEU, LTU, LEU, GTU, GEU, NAN -> true;
        default -> false;
      };
    }
    return holds(a < b ? -1 : a > b ? 1 : 0);
  }
}
