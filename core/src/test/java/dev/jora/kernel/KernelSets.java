package dev.jora.kernel;

import dev.jora.kernel.x86.AmxProducts;
import dev.jora.kernel.x86.EmulatedTiles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The kernel sets that tests go through. */
public final class KernelSets {
  private KernelSets() {}

  /** Every set that this machine can run, slowest first; tiles are emulated where it has none. */
  public static List<Kernels> all() {
    Map<String, Kernels> sets = new LinkedHashMap<>();
    for (String name : KernelSelector.names()) {
      Kernels kernels = KernelSelector.atMost(name).kernels();
      sets.putIfAbsent(kernels.name(), kernels);
      sets.putIfAbsent(kernels.precise().name(), kernels.precise());
    }
    AmxProducts emulated = EmulatedTiles.products();
    if (emulated != null) {
      sets.putIfAbsent("amx", new VnniKernels(emulated));
    }
    return List.copyOf(sets.values());
  }
}
