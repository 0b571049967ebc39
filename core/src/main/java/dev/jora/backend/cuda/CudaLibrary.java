package dev.jora.backend.cuda;

import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The driver's own library, as it is on this machine: calls without JCuda. */
final class CudaLibrary {
  /** Where it may be: among the system's libraries, else where WSL and NixOS keep it. */
  private static final List<String> NAMES =
      System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows")
          ? List.of("nvcuda.dll")
          : List.of(
              "libcuda.so.1",
              "/usr/lib/wsl/lib/libcuda.so.1",
              "/run/opengl-driver/lib/libcuda.so.1");

  private CudaLibrary() {}

  /** What it is called here. */
  static String name() {
    return NAMES.getFirst();
  }

  /**
   * Loads it, for as long as the JVM runs.
   *
   * @return its functions, or nothing if it is not there
   * @throws IllegalCallerException if the JVM may not call native code
   */
  @SuppressWarnings("restricted") // whoever asks for a card asks for its driver
  static Optional<SymbolLookup> load() {
    for (String name : NAMES) {
      try {
        return Optional.of(SymbolLookup.libraryLookup(name, Arena.global()));
      } catch (IllegalArgumentException notThere) {
        // the next may be
      }
    }
    return Optional.empty();
  }

  /** Where the system looks first, and where a driver is installed. */
  static List<String> folders(String libraryPath) {
    List<String> all =
        new ArrayList<>(List.of((libraryPath == null ? "" : libraryPath).split(":")));
    all.removeIf(String::isEmpty);
    all.addAll(List.of("/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib"));
    return all;
  }

  /** The first file of the library's name in some folders. */
  static Optional<File> file(List<String> folders) {
    return folders.stream()
        .map(folder -> new File(folder, name()))
        .filter(File::isFile)
        .findFirst();
  }

  /** A function of the library. */
  @SuppressWarnings("restricted")
  static MethodHandle function(SymbolLookup library, String name, FunctionDescriptor form) {
    return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), form);
  }

  /** Result of a function that takes a number. */
  static int call(SymbolLookup library, String name, int argument) {
    MethodHandle function =
        function(library, name, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    try {
      return (int) function.invokeExact(argument);
    } catch (Throwable thrown) {
      throw impossible(name, thrown);
    }
  }

  /** Result of a function that writes a number where it is told. */
  static int call(SymbolLookup library, String name, MemorySegment out) {
    MethodHandle function =
        function(library, name, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    try {
      return (int) function.invokeExact(out);
    } catch (Throwable thrown) {
      throw impossible(name, thrown);
    }
  }

  /** What is thrown where a native function throws, which it cannot. */
  static RuntimeException impossible(String name, Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    return thrown instanceof RuntimeException own
        ? own
        : new IllegalStateException(name + " cannot be called", thrown);
  }
}
