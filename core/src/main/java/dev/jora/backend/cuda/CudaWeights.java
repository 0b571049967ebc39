package dev.jora.backend.cuda;

import dev.jora.quant.IqGrids;
import dev.jora.quant.TensorValues;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The weights of a device, each held once for all rooms that use it: vectors as float32, matrices
 * in planes, which the device makes of what it is sent.
 */
final class CudaWeights implements AutoCloseable {
  /** Bytes of a matrix that are sent at once. */
  private static final int PIECE = 1 << 24;

  private final CudaDevice device;
  private final Map<Tensor, Held> matrices = new IdentityHashMap<>();
  private final Map<Tensor, Held> floats = new IdentityHashMap<>();
  private final Map<Tensor, Held> turned = new IdentityHashMap<>();
  private final Map<GgmlType, Points> grids = new EnumMap<>(GgmlType.class);
  private final CudaScratch raw;
  private final Staging staging;

  /** Where the values of a type's codes are. */
  private record Points(long address, long bytes) {}

  /** A weight, its bytes, and the rooms that use it. */
  static final class Held {
    private final Map<Tensor, Held> table;
    private final Tensor tensor;
    private final CudaWeight weight;
    private final long bytes;
    private int users;

    private Held(Map<Tensor, Held> table, Tensor tensor, CudaWeight weight, long bytes) {
      this.table = table;
      this.tensor = tensor;
      this.weight = weight;
      this.bytes = bytes;
    }

    CudaWeight weight() {
      return weight;
    }
  }

  CudaWeights(CudaDevice device) {
    this.device = device;
    this.raw = new CudaScratch(device);
    this.staging = new Staging(device, PIECE);
  }

  /** A weight that is there, or comes now; {@link #leave} when it is not used any more. */
  Held use(Tensor tensor) {
    return tensor.shape().dims() == 1
        ? useFloats(tensor)
        : counted(matrices.computeIfAbsent(tensor, this::matrix));
  }

  /** Likewise, as floats whatever its shape. */
  Held useFloats(Tensor tensor) {
    return counted(
        floats.computeIfAbsent(tensor, t -> floats(floats, t, t.shape(), TensorValues.of(t))));
  }

  /** Likewise, with rows for columns. */
  Held useTurned(Tensor tensor) {
    Shape shape = Shape.of(tensor.shape().ne1(), tensor.shape().ne0());
    return counted(
        turned.computeIfAbsent(tensor, t -> floats(turned, t, shape, TensorValues.turned(t))));
  }

  private static Held counted(Held held) {
    held.users++;
    return held;
  }

  void leave(List<Held> all) {
    for (Held held : all) {
      if (--held.users == 0) {
        held.table.remove(held.tensor);
        device.free(held.weight.planes()[0], held.bytes);
      }
    }
  }

  private Held floats(Map<Tensor, Held> table, Tensor tensor, Shape shape, float[] values) {
    long address = device.send(MemorySegment.ofArray(values));
    CudaWeight weight = new CudaWeight(tensor.name(), GgmlType.F32, shape, planes(address), 0);
    return new Held(table, tensor, weight, 4L * values.length);
  }

  private static long[] planes(long address) {
    long[] planes = new long[Planes.MOST];
    planes[0] = address;
    return planes;
  }

  private Held matrix(Tensor tensor) {
    GgmlType type = tensor.type();
    Planes kinds =
        Planes.find(type)
            .filter(found -> device.code().contains(CudaWeight.module(type)))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "tensor " + tensor.name() + ": no CUDA kernel for " + type));
    long blocks = tensor.shape().elements() / type.blockSize();
    long bytes = kinds.bytes(blocks);
    long address = device.allocate(bytes);
    try {
      long[] planes = kinds.addresses(address, blocks);
      if (kinds.fields().size() == 1) {
        staging.upload(tensor.data(), 0, address, tensor.bytes());
      } else {
        repack(tensor, kinds, planes);
      }
      CudaWeight weight = new CudaWeight(tensor.name(), type, tensor.shape(), planes, grid(type));
      return new Held(matrices, tensor, weight, bytes);
    } catch (RuntimeException | Error e) { // a file that was cut, say
      device.free(address, bytes);
      throw e;
    }
  }

  private void repack(Tensor tensor, Planes kinds, long[] planes) {
    int block = tensor.type().blockBytes();
    long step = PIECE / block;
    long blocks = tensor.bytes() / block;
    for (long first = 0; first < blocks; first += step) {
      int n = (int) Math.min(step, blocks - first);
      long address = raw.atLeast((long) n * block);
      staging.upload(tensor.data(), first * block, address, (long) n * block);
      Params p = device.params().pointer(address).pointers(planes).pointer(first);
      p.integer(n).integer(block).integer(kinds.fields().size());
      for (int f = 0; f < Planes.MOST; f++) {
        p.integer(f < kinds.fields().size() ? kinds.fields().get(f).offset() : 0);
      }
      for (int f = 0; f < Planes.MOST; f++) {
        p.integer(f < kinds.fields().size() ? kinds.fields().get(f).size() : 0);
      }
      int grid = Math.clamp((long) n * block / 1024, 1, 4096);
      device.launch("repack", "repack", Grid.of(grid), 256, 0, p);
    }
  }

  /** The device's copy of what codes of a type stand for; 0 for types without. */
  private long grid(GgmlType type) {
    return hasGrid(type) ? grids.computeIfAbsent(type, this::sendGrid).address() : 0;
  }

  static boolean hasGrid(GgmlType type) {
    return switch (type) {
      case IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S -> true;
      default -> false;
    };
  }

  private Points sendGrid(GgmlType type) {
    MemorySegment values = MemorySegment.ofArray(IqGrids.values(type));
    return new Points(device.send(values), values.byteSize());
  }

  /** Frees what is only for making weights. */
  void settle() {
    staging.close();
    raw.close();
  }

  @Override
  public void close() {
    settle();
    grids.values().forEach(grid -> device.free(grid.address(), grid.bytes()));
    grids.clear();
  }
}
