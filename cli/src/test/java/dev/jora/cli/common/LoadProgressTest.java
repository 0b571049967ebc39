package dev.jora.cli.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.engine.Gpu;
import dev.jora.engine.LoadListener.Loaded;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said while weights are on their way. */
class LoadProgressTest {
  private static final Gpu FIRST = new Gpu("CUDA0", null, 1, 1);
  private static final Gpu SECOND = new Gpu("CUDA1", null, 1, 1);
  private static final long MIB = 1 << 20;

  @Test
  void theLineTellsOfAllGpus() {
    List<Loaded> gpus =
        List.of(new Loaded(FIRST, 300 * MIB, 300 * MIB), new Loaded(SECOND, 90 * MIB, 900 * MIB));
    assertEquals(0.325, LoadProgress.share(gpus));
    assertEquals("loading onto CUDA1", LoadProgress.what(gpus));
    assertEquals("195 MiB/s", LoadProgress.rate(gpus, 2));
  }

  @Test
  void whatIsOverInAMomentIsNotSaid() {
    assertFalse(LoadProgress.isLong(0.4));
    assertTrue(LoadProgress.isLong(0.6));
  }
}
