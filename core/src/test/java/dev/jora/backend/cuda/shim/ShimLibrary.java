package dev.jora.backend.cuda.shim;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A {@code libcuda.so.1} in this process whose functions are methods of an object. Once loaded it
 * is the driver of the process, so this is for processes of its own.
 */
final class ShimLibrary {
  private static final int NOT_SUPPORTED = 801;

  private final List<String> names;
  private final MemorySegment table;

  /** Loads it; the file is in {@code folder}. */
  @SuppressWarnings("restricted") // a native library is what this is
  ShimLibrary(Path folder, Path jcuda) throws IOException {
    names = ElfImports.of(Files.readAllBytes(jcuda), "cu");
    Path file = folder.resolve("libcuda.so.1");
    Files.write(file, ElfJumpTable.write("libcuda.so.1", names, NOT_SUPPORTED));
    System.load(file.toString());
    table =
        SymbolLookup.libraryLookup(file, Arena.global())
            .findOrThrow("table")
            .reinterpret(8L * names.size());
  }

  /** JCuda's library, from the jar of its natives. */
  static byte[] jcuda() throws IOException {
    try (InputStream in =
        ShimLibrary.class.getResourceAsStream("/lib/libJCudaDriver-12.6.0-linux-x86_64.so")) {
      return in.readAllBytes();
    }
  }

  List<String> names() {
    return names;
  }

  /** Every public method whose name is a function's answers for it. */
  @SuppressWarnings("restricted")
  void answer(Answers answers) {
    for (Method method : answers.getClass().getDeclaredMethods()) {
      int index = names.indexOf(method.getName());
      if (index >= 0) {
        Class<?>[] types = method.getParameterTypes();
        MethodHandle handle =
            MethodHandles.insertArguments(CALL, 0, answers, method)
                .asCollector(Object[].class, types.length)
                .asType(MethodType.methodType(int.class, types));
        MemoryLayout[] layouts =
            Arrays.stream(types).map(ShimLibrary::layout).toArray(MemoryLayout[]::new);
        table.setAtIndex(
            ValueLayout.ADDRESS,
            index,
            Linker.nativeLinker()
                .upcallStub(
                    handle, FunctionDescriptor.of(ValueLayout.JAVA_INT, layouts), Arena.global()));
      }
    }
  }

  /** From now on a function is one that the driver does not have. */
  void forget(String name) {
    table.setAtIndex(ValueLayout.JAVA_LONG, names.indexOf(name), 0);
  }

  private static MemoryLayout layout(Class<?> type) {
    return type == long.class
        ? ValueLayout.JAVA_LONG
        : type == byte.class ? ValueLayout.JAVA_BYTE : ValueLayout.JAVA_INT;
  }

  private static final MethodHandle CALL;

  static {
    try {
      CALL =
          MethodHandles.lookup()
              .findStatic(
                  ShimLibrary.class,
                  "call",
                  MethodType.methodType(int.class, Answers.class, Method.class, Object[].class));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static int call(Answers answers, Method method, Object[] arguments) {
    return answers.answer(method, arguments);
  }
}
