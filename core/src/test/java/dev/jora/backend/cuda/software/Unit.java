package dev.jora.backend.cuda.software;

/** The part of the device that does an instruction: a class each. */
enum Unit {
  CONTROL,
  /** Integers and bits of 32. */
  INT,
  /** The same of 16, which are widened first. */
  SHORT,
  LONG,
  FLOAT,
  DOUBLE,
  HALF,
  PREDICATE,
  COMPARE,
  MOVE,
  CONVERT,
  MEMORY,
  ATOMIC,
  ASYNC,
  WARP,
  MATRIX
}
