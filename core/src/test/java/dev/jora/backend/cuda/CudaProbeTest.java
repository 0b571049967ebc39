package dev.jora.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.cuda.CudaProbe.Absent;
import dev.jora.backend.cuda.CudaProbe.Found;
import dev.jora.backend.cuda.CudaProbe.Reason;
import java.io.IOException;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every answer of a driver, by functions that give it. */
final class CudaProbeTest {
  /** What a driver's library answers. */
  private record Fake(int version, int init, int devices) {
    int write(MemorySegment out, int value) {
      put(out, value);
      return 0;
    }

    @SuppressWarnings("restricted")
    private static void put(MemorySegment out, int value) {
      out.reinterpret(4).set(ValueLayout.JAVA_INT, 0, value);
    }

    int init(int flags) {
      return init;
    }

    SymbolLookup library() {
      return name ->
          switch (name) {
            case "cuDriverGetVersion" -> Optional.of(writer(version));
            case "cuDeviceGetCount" -> Optional.of(writer(devices));
            case "cuInit" -> Optional.of(stub("init", ValueLayout.JAVA_INT, this));
            default -> Optional.empty();
          };
    }

    private MemorySegment writer(int value) {
      return stub("write", ValueLayout.ADDRESS, this, value);
    }

    @SuppressWarnings("restricted")
    private static MemorySegment stub(String name, MemoryLayout argument, Object... bound) {
      try {
        Class<?> type = argument == ValueLayout.ADDRESS ? MemorySegment.class : int.class;
        MethodType form =
            bound.length == 1
                ? MethodType.methodType(int.class, type)
                : MethodType.methodType(int.class, type, int.class);
        MethodHandle handle = MethodHandles.lookup().findVirtual(Fake.class, name, form);
        handle = handle.bindTo(bound[0]);
        handle = bound.length == 1 ? handle : MethodHandles.insertArguments(handle, 1, bound[1]);
        return Linker.nativeLinker()
            .upcallStub(
                handle, FunctionDescriptor.of(ValueLayout.JAVA_INT, argument), Arena.global());
      } catch (ReflectiveOperationException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static Absent absent(Fake fake, String visible) {
    return assertInstanceOf(Absent.class, CudaProbe.of(fake.library(), visible));
  }

  @Test
  void aDriverWithDevices() {
    assertEquals(new Found(12040, 2), CudaProbe.of(new Fake(12040, 0, 2).library(), null));
    assertEquals(new Found(12000, 1), CudaProbe.of(new Fake(12000, 0, 1).library(), "0"));
  }

  @Test
  void anOldDriverIsNotEvenStarted() {
    Absent old = absent(new Fake(11080, 999, 1), null);
    assertEquals(Reason.TOO_OLD, old.reason());
    assertTrue(old.sentence().contains("CUDA 11.8"), old.sentence());
    assertTrue(old.sentence().contains("525"), old.sentence());
  }

  @ParameterizedTest
  @CsvSource({
    "100, NO_DEVICE, finds no GPU",
    "34, MISMATCH, stand-in",
    "803, MISMATCH, different versions",
    "804, MISMATCH, compatibility package",
    "802, BROKEN, not ready",
    "999, BROKEN, kernel module",
    "3, BROKEN, error 3",
    "101, BROKEN, error 101"
  })
  void everyRefusalHasASentence(int code, Reason reason, String part) {
    Absent absent = absent(new Fake(12040, code, 1), null);
    assertEquals(reason, absent.reason());
    assertTrue(absent.sentence().contains(part), absent.sentence());
    assertFalse(absent.sentence().endsWith("."), absent.sentence());
    assertEquals(1, absent.sentence().lines().count());
  }

  @Test
  void noneOfNoDevices() {
    assertEquals(Reason.NO_DEVICE, absent(new Fake(12040, 0, 0), null).reason());
    Absent hidden = absent(new Fake(12040, 100, 0), "");
    assertTrue(hidden.sentence().contains("CUDA_VISIBLE_DEVICES is ''"), hidden.sentence());
  }

  @Test
  void anotherLibraryOfThatName() {
    Absent strange = assertInstanceOf(Absent.class, CudaProbe.of(name -> Optional.empty(), null));
    assertEquals(Reason.MISMATCH, strange.reason());
    assertTrue(strange.sentence().contains("cuDriverGetVersion"), strange.sentence());
  }

  @Test
  void aLibraryThatIsNotLoaded(@TempDir Path folder) throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Path other = Files.createDirectories(folder.resolve("other"));
    Files.createDirectory(empty.resolve(CudaLibrary.name())); // a folder is no library
    List<String> folders =
        Stream.of(folder.resolve("nowhere"), empty, other).map(Path::toString).toList();
    Absent none = CudaProbe.notLoaded(folders);
    assertEquals(Reason.NO_DRIVER, none.reason());
    assertTrue(none.sentence().startsWith("there is no NVIDIA driver: "), none.sentence());
    Path file = Files.writeString(other.resolve(CudaLibrary.name()), "no library");
    Absent damaged = CudaProbe.notLoaded(folders);
    assertEquals(Reason.BROKEN, damaged.reason());
    assertTrue(damaged.sentence().startsWith(file + " cannot be loaded: "), damaged.sentence());
    assertEquals(List.of("a", "b/c"), CudaLibrary.folders(":a::b/c:").subList(0, 2));
    assertEquals(3, CudaLibrary.folders(null).size());
  }

  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, true",
    "Windows 11, amd64, true",
    "Linux, aarch64, false",
    "Mac OS X, aarch64, false",
    "Mac OS X, x86_64, false"
  })
  void whoIsServed(String system, String processor, boolean served) {
    assertEquals(served, CudaProbe.isServed(system, processor));
  }

  @Test
  void theMachineIsAskedOnce() {
    assertSame(CudaProbe.ofMachine(), CudaProbe.ofMachine());
  }
}
