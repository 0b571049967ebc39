package dev.jora.hub;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/**
 * The lock that {@code flock} puts on a file. On Unix the JDK's own locks are of another kind
 * ({@code fcntl}), which programs that use {@code flock}, as huggingface_hub does, do not see; on
 * Windows there is one kind only, and nothing is needed.
 */
final class Flock implements Closeable {
  /** How an attempt ended. */
  enum Outcome {
    TAKEN,
    BUSY,
    UNKNOWN_HERE
  }

  private static final int WRITE_ONLY = 1;
  private static final int EXCLUSIVE_NOW = 2 | 4;

  /** EINTR, EACCES, EAGAIN of Linux and EAGAIN of macOS. */
  private static final Set<Integer> BUSY = Set.of(4, 13, 11, 35);

  /** The C library's functions. */
  private record Library(MethodHandle open, MethodHandle flock, MethodHandle close) {
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
        STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    /** Null where there are none, or may be called by nobody. */
    static final Library ONE = find();

    private static Library find() {
      if (System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows")) {
        return null;
      }
      try {
        return new Library(
            handle("open", ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
            handle("flock", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
            handle("close", ValueLayout.JAVA_INT));
      } catch (RuntimeException | LinkageError e) {
        return null; // a system without them, or native access is forbidden
      }
    }

    @SuppressWarnings("restricted") // the JDK has no such lock
    private static MethodHandle handle(String name, MemoryLayout... arguments) {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(
          linker.defaultLookup().findOrThrow(name),
          FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments),
          Linker.Option.captureCallState("errno"));
    }
  }

  private final int descriptor;
  private final Outcome outcome;

  private Flock(int descriptor, Outcome outcome) {
    this.descriptor = descriptor;
    this.outcome = outcome;
  }

  /** Tries once to lock a file that is there. */
  static Flock attempt(Path file) throws IOException {
    if (Library.ONE == null) {
      return new Flock(-1, Outcome.UNKNOWN_HERE);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Library.STATE);
      MemorySegment name = arena.allocateFrom(file.toString());
      int descriptor = (int) Library.ONE.open().invokeExact(state, name, WRITE_ONLY);
      if (descriptor < 0) {
        return new Flock(-1, Outcome.UNKNOWN_HERE);
      }
      int result = (int) Library.ONE.flock().invokeExact(state, descriptor, EXCLUSIVE_NOW);
      int error = result == 0 ? 0 : (int) Library.ERRNO.get(state, 0L);
      Outcome outcome =
          result == 0 ? Outcome.TAKEN : BUSY.contains(error) ? Outcome.BUSY : Outcome.UNKNOWN_HERE;
      Flock lock = new Flock(descriptor, outcome);
      if (outcome != Outcome.TAKEN) {
        lock.close();
      }
      return lock;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IOException(e);
    }
  }

  Outcome outcome() {
    return outcome;
  }

  /** Lets go of what was taken; once. */
  @Override
  public void close() throws IOException {
    if (descriptor < 0) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Library.STATE);
      int ignored = (int) Library.ONE.close().invokeExact(state, descriptor);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IOException(e);
    }
  }
}
