package dev.jora.kernel;

import java.lang.module.ModuleFinder;

/**
 * The Vector API, jdk.incubator.vector. A JVM started with {@code --add-modules} has it from the
 * start, at the price of a warning on stderr that no option silences, and of the archived module
 * graph: every command starts half as fast again. So the {@code jora} command asks the JDK for the
 * module when kernels are first wanted, by the door that the JDK itself uses for management agents;
 * the manifest of its jar opens it ({@code Add-Exports: java.base/jdk.internal.module}). Where that
 * door is shut, {@code --add-modules jdk.incubator.vector} is the way.
 */
public final class IncubatorModule {
  private static final String NAME = "jdk.incubator.vector";
  private static final String DOOR = "jdk.internal.module";

  private IncubatorModule() {}

  /** Whether {@link #load} would work; loads nothing. */
  static boolean isAvailable() {
    return ModuleLayer.boot().findModule(NAME).isPresent()
        || Object.class.getModule().isExported(DOOR, IncubatorModule.class.getModule())
            && ModuleFinder.ofSystem().find(NAME).isPresent();
  }

  /** Whether the Vector API can be used from now on. */
  public static boolean load() {
    if (ModuleLayer.boot().findModule(NAME).isPresent()) {
      return true;
    }
    try {
      // The package is no part of the API of Java 25, so javac would not let us name the class.
      Class.forName(DOOR + ".Modules").getMethod("loadModule", String.class).invoke(null, NAME);
      return true;
    } catch (ReflectiveOperationException e) {
      return false; // an older or newer JDK, or a program that did not open the door
    }
  }
}
