package dev.jora.backend.cuda;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** JCuda's objects by the driver's handles, which is all that the seam has. */
final class Handles<T> {
  private final String kind;
  private final Map<Long, T> objects = new ConcurrentHashMap<>();

  Handles(String kind) {
    this.kind = kind;
  }

  long put(long handle, T object) {
    objects.put(handle, object);
    return handle;
  }

  T get(long handle) {
    return known(handle, objects.get(handle));
  }

  T remove(long handle) {
    return known(handle, objects.remove(handle));
  }

  /** Forgets those that satisfy it. */
  void removeIf(Predicate<T> unwanted) {
    objects.values().removeIf(unwanted);
  }

  private T known(long handle, T object) {
    if (object == null) {
      throw new IllegalArgumentException("%#x is no %s".formatted(handle, kind));
    }
    return object;
  }
}
