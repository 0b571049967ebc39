package dev.jora.kernel.x86;

import java.util.ArrayList;
import java.util.List;

/** A place in the code, known or still to come. */
final class Label {
  /** Its offset, or −1 while unknown. */
  int offset = -1;

  /** Offsets of 32-bit displacements that wait for it; each counts from its own end + extra. */
  final List<int[]> uses = new ArrayList<>();
}
