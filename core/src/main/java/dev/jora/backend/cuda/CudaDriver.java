package dev.jora.backend.cuda;

import java.lang.foreign.MemorySegment;

/**
 * What jora asks of a CUDA driver. Addresses are the device's; streams, events, modules, functions
 * and graphs are handles that mean something to this driver only, and 0 is none of them. Calls are
 * for the device that the calling thread has {@linkplain #enter entered}. What takes a stream may
 * return before it is done; memory that it reads or writes must stay until then.
 *
 * <p>Every call throws {@link CudaException} where the driver refuses. After some faults the
 * device's context is lost, and all that was made in it: {@link CudaException#isDeviceLost}.
 */
public interface CudaDriver extends AutoCloseable {
  /** The driver that does it all: another one than this where this only speaks for it. */
  default CudaDriver actual() {
    return this;
  }

  // ---- devices ------------------------------------------------------------------------------

  /** The CUDA version that the driver is good for: 12040 for 12.4. */
  int version();

  /** Devices of this machine. */
  int deviceCount();

  /** What a device is. */
  DeviceFacts device(int ordinal);

  /** Makes a device that of the calling thread, and has its context made the first time. */
  void enter(int ordinal);

  /** Bytes of the device's memory that are free now. */
  long freeMemory();

  // ---- memory -------------------------------------------------------------------------------

  /** Memory on the device, aligned to 256 bytes, of unknown content. */
  long allocate(long bytes);

  /** Frees what {@link #allocate} gave; waits for what uses it. */
  void free(long address);

  /** Memory of the host that the device copies from and to without the CPU. */
  MemorySegment allocateHost(long bytes);

  /** Frees what {@link #allocateHost} gave. */
  void freeHost(MemorySegment memory);

  /** Copies all of {@code src}, native memory, to the device. */
  void upload(MemorySegment src, long dst, long stream);

  /** Fills {@code dst}, native memory, from the device. */
  void download(long src, MemorySegment dst, long stream);

  /** Copies within the device. */
  void copy(long src, long dst, long bytes, long stream);

  /** Copies from the memory of device {@code from} to that of the entered one. */
  void copyFrom(int from, long src, long dst, long bytes, long stream);

  /** Sets bytes. */
  void fill(long address, byte value, long bytes, long stream);

  // ---- code ---------------------------------------------------------------------------------

  /**
   * Loads PTX, which the driver compiles.
   *
   * @throws CudaException with the compiler's words where it cannot
   */
  long loadModule(String ptx);

  /** Forgets a module and its functions. */
  void unloadModule(long module);

  /** A kernel of a module. */
  long function(long module, String name);

  /** Lets a kernel have more shared memory than 48 KiB. */
  void allowShared(long function, int bytes);

  /** Registers of a thread, and bytes that it keeps in local memory. */
  FunctionFacts facts(long function);

  /**
   * Runs a kernel of one parameter, which is a struct.
   *
   * @param blocks of the grid, in x, y and z
   * @param threads of a block, in x
   * @param shared bytes of dynamic shared memory
   * @param params the struct's bytes, native memory; free again when this returns
   */
  void launch(
      long function, Grid blocks, int threads, int shared, MemorySegment params, long stream);

  // ---- order --------------------------------------------------------------------------------

  /** A stream that waits for no other. */
  long newStream();

  /** Frees a stream. */
  void freeStream(long stream);

  /** Waits until all that was given to a stream is done. */
  void synchronize(long stream);

  /** A mark in a stream. */
  long newEvent();

  /** Frees an event. */
  void freeEvent(long event);

  /** Puts a mark behind all that was given to a stream. */
  void record(long event, long stream);

  /** Waits until a mark is reached. */
  void await(long event);

  /** What is given to a stream from now on begins when a mark is reached. */
  void waitFor(long stream, long event);

  /** Milliseconds between two marks that were reached. */
  float elapsed(long from, long to);

  // ---- graphs -------------------------------------------------------------------------------

  /** From now on a stream does nothing, but remembers what it is given. */
  void beginCapture(long stream);

  /** A graph of what it was given since: parameters are copied, memory is not. */
  long endCapture(long stream);

  /** Does all that a graph holds. */
  void launchGraph(long graph, long stream);

  /** Frees a graph. */
  void freeGraph(long graph);

  @Override
  void close();
}
