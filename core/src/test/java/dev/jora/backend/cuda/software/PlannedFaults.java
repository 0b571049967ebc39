package dev.jora.backend.cuda.software;

import dev.jora.backend.cuda.CudaException;
import java.util.EnumMap;
import java.util.Map;

/** Calls that are to fail. */
final class PlannedFaults {
  /** The n-th from now on, or that and all behind it, and its code. */
  private record Planned(int n, int code, boolean lasting) {}

  private final Map<SoftwareDriver.Call, Planned> planned =
      new EnumMap<>(SoftwareDriver.Call.class);
  private final Map<SoftwareDriver.Call, Long> made = new EnumMap<>(SoftwareDriver.Call.class);

  void plan(SoftwareDriver.Call call, int n, int code, boolean lasting) {
    planned.put(call, new Planned(n, code, lasting));
  }

  void forget(SoftwareDriver.Call call) {
    planned.remove(call);
  }

  /** Calls of a kind so far. */
  long made(SoftwareDriver.Call call) {
    return made.getOrDefault(call, 0L);
  }

  /** Counts a call; throws if it is to fail, and the device may be lost then. */
  void meet(SoftwareDriver.Call call, SoftwareDevice device, String what) {
    made.merge(call, 1L, Long::sum);
    Planned next = planned.get(call);
    if (next == null) {
      return;
    }
    if (next.n() > 1) {
      planned.put(call, new Planned(next.n() - 1, next.code(), next.lasting()));
      return;
    }
    if (!next.lasting()) {
      planned.remove(call);
    }
    throw CudaException.losesAll(next.code())
        ? device.lose(what, next.code(), null)
        : SoftwareDevice.refuse(next.code(), "%s", what);
  }
}
