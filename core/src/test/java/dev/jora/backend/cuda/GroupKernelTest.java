package dev.jora.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.cuda.software.Traffic;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Columns by the experts that they chose. */
class GroupKernelTest {
  @ParameterizedTest
  @CsvSource({
    "61,1,1,8",
    "80,4,7,8",
    "80,31,33,8",
    "61,32,256,8",
    "80,60,257,8",
    "80,128,3000,8",
    "61,512,8192,8",
    "80,512,8192,8",
    "80,513,8192,3",
    "80,1500,500,1"
  })
  void columnsAreInOrder(int target, int experts, int columns, int warps) {
    Random random = new Random(experts);
    int[] chosen = new int[columns];
    for (int c = 0; c < columns; c++) { // some have most, some none; a few columns chose nobody
      double r = random.nextDouble();
      chosen[c] = c % 97 == 96 ? -1 : (int) (r * r * experts);
    }
    int[] starts = new int[experts + 1];
    int[] order = new int[columns];
    Arrays.fill(order, -1); // outputs are full of these
    int at = 0;
    for (int e = 0; e < experts; e++) {
      starts[e] = at;
      for (int c = 0; c < columns; c++) {
        if (chosen[c] == e) {
          order[at++] = c;
        }
      }
    }
    starts[experts] = at;
    try (Card card = new Card(target)) {
      long s = card.outputs(experts + 1);
      long o = card.outputs(columns);
      Params p = card.params().pointer(card.upload(chosen)).pointer(s).pointer(o);
      p.integer(columns).integer(experts);
      int shared = 4 * experts * (warps + 1);
      card.launch("experts", "group", Grid.of(1), 32 * warps, shared, p);
      int[] gotStarts = card.download(s, 4L * starts.length).toArray(ValueLayout.JAVA_INT);
      assertArrayEquals(starts, gotStarts);
      assertArrayEquals(order, card.download(o, 4L * columns).toArray(ValueLayout.JAVA_INT));
      Traffic traffic = card.driver.traffic("group");
      long most = 200L * columns + 40L * (warps + 1) * experts + 20000; // neither times the other
      assertTrue(traffic.total().instructions() <= most, most + " at most\n" + traffic);
    }
  }
}
