package dev.jora.backend.cuda;

import dev.jora.backend.Experts;
import dev.jora.backend.KvSpec;
import dev.jora.backend.PlannedRoom.PlannedBuffer;
import dev.jora.backend.PlannedRoom.Taken;
import dev.jora.backend.RecurrentSpec;
import dev.jora.backend.Rope;
import dev.jora.backend.StateSpec;
import dev.jora.backend.Workload;
import dev.jora.backend.state.PagedLayer;
import dev.jora.quant.IqGrids;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.tensor.Tensor;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a workload takes of a device beside its weights and buffers, known before it is there. */
final class CudaNeeds {
  /** What drivers are reckoned to make of the kernels' code, in modules of some megabytes. */
  static final long CODE = 32L << 20;

  /** Large allocations are whole pages of a device. */
  private static final long PAGE = 2L << 20;

  /** Tokens that are drawn in a pass, as far as there is room for them. */
  private static final int DRAWN = 16;

  private final Workload load;
  private final int multiprocessors;

  CudaNeeds(Workload load, int multiprocessors) {
    this.load = load;
    this.multiprocessors = multiprocessors;
  }

  // ---- what texts keep --------------------------------------------------------------------

  /** Bytes of the slabs with what a text keeps at most. */
  long kept() {
    Map<Long, Long> blocks = new TreeMap<>();
    for (StateSpec state : load.states()) {
      switch (state) {
        case KvSpec kv -> blocks.merge(pageBytes(kv), pages(kv), Long::sum);
        case RecurrentSpec recurrent -> blocks.merge(recurrent.savedBytes(0, 0), 2L, Long::sum);
      }
    }
    return blocks.entrySet().stream()
        .mapToLong(size -> CudaPool.bytes(size.getKey(), size.getValue()))
        .sum();
  }

  private static long pageBytes(KvSpec kv) {
    return PagedLayer.PAGE * kv.bytesPerPosition();
  }

  /** Pages of a full cache; a window begins and ends anywhere on one. */
  private long pages(KvSpec kv) {
    long positions = kv.bytes(load.context(), load.rows()) / kv.bytesPerPosition();
    long whole = Math.ceilDiv(positions, PagedLayer.PAGE);
    return positions < load.context() ? whole + 1 : whole;
  }

  // ---- what operations put down -----------------------------------------------------------

  /** Bytes of all else. */
  long scratch() {
    return CODE + codes() + mixtures() + attention() + tiles() + steps() + weights() + buffers();
  }

  /** What stretches of a text make, before they are joined. */
  private long attention() {
    int rows = Math.min(load.rows(), DRAWN);
    return load.attentions().stream()
        .mapToLong(a -> CudaAttention.sumBytes(a, rows, load.context()))
        .reduce(0, Math::max);
  }

  /** Parts of products, before they are added up. */
  private long tiles() {
    Set<Shape> shapes = new HashSet<>();
    for (Taken taken : load.room().taken()) {
      if (taken.form() == Taken.Form.PLAIN && taken.tensor().shape().dims() == 2) {
        shapes.add(taken.tensor().shape());
      }
    }
    return shapes.stream()
        .mapToLong(shape -> CudaTiles.mostPartBytes(shape, load.rows(), multiprocessors))
        .reduce(0, Math::max);
  }

  /** Inputs of quantized matrices, as codes and their scales. */
  private long codes() {
    long most = 0;
    for (Taken taken : load.room().taken()) {
      if (taken.form() == Taken.Form.PLAIN && isRounded(taken.tensor().type())) {
        most = Math.max(most, load.rows() * taken.tensor().shape().ne0());
      }
    }
    long chosen = 0; // what experts make is rounded apart
    for (Experts mixture : load.mixtures()) {
      if (isRounded(mixture.down().type())) {
        chosen = Math.max(chosen, columns(mixture) * mixture.down().shape().ne0());
      }
    }
    return most + 8 * (most / 32) + chosen + 8 * (chosen / 32) + aligned();
  }

  /** Copies of inputs that are a part of rows of which not each begins as kernels want it. */
  private long aligned() {
    int widest = 0;
    for (PlannedBuffer buffer : load.room().allocated()) {
      widest = buffer.cols() % 4 == 0 ? widest : Math.max(widest, buffer.cols());
    }
    long most = 0;
    for (Taken taken : load.room().taken()) {
      long k = taken.tensor().shape().ne0();
      if (isRounded(taken.tensor().type()) && k < widest) {
        most = Math.max(most, 4 * load.rows() * k);
      }
    }
    return most;
  }

  private static boolean isRounded(GgmlType type) {
    return type.blockSize() > 1;
  }

  private long columns(Experts mixture) {
    return (long) load.rows() * mixture.routing().used();
  }

  /** The buffers of mixtures, each as large as the largest. */
  private long mixtures() {
    long[] most = new long[8];
    for (Experts e : load.mixtures()) {
      long columns = columns(e);
      long[] own = {
        columns,
        columns,
        columns * e.up().shape().ne1(),
        e.gate() == null ? 0 : columns * e.gate().shape().ne1(),
        columns * e.down().shape().ne1(),
        (long) load.rows() * e.routing().experts(),
        e.count() + 1L,
        columns
      };
      for (int i = 0; i < most.length; i++) {
        most[i] = Math.max(most[i], 4 * own[i]);
      }
    }
    long sum = 0;
    for (long bytes : most) {
      sum += bytes;
    }
    return sum;
  }

  /** What the host tells of each pass: blocks that grow to at most twice what they hold. */
  private long steps() {
    long block = CudaPass.bytes(load.rows(), load.rows(), 1);
    for (StateSpec state : load.states()) {
      int pages = state instanceof KvSpec kv ? CudaPass.roomy((int) pages(kv)) : 1;
      block += CudaPass.tableBytes(1, pages);
    }
    for (Rope rope : load.ropes()) {
      block += CudaPass.angleBytes(rope, load.rows());
    }
    return 2 * block;
  }

  // ---- what becomes larger on a device ----------------------------------------------------

  /** Weights as floats or in planes, against the file's bytes. */
  private long weights() {
    long more = 0;
    Set<GgmlType> types = EnumSet.noneOf(GgmlType.class);
    for (Taken taken : load.room().taken()) {
      Tensor tensor = taken.tensor();
      boolean floats = taken.form() == Taken.Form.FLOATS || tensor.shape().dims() == 1;
      more += paged(floats ? 4 * tensor.shape().elements() : planes(tensor));
      if (!floats && types.add(tensor.type())) {
        more += gridBytes(tensor.type());
      }
    }
    return more - load.room().weights();
  }

  private static long planes(Tensor tensor) {
    long blocks = tensor.shape().elements() / tensor.type().blockSize();
    return Planes.find(tensor.type()).map(p -> p.bytes(blocks)).orElse(tensor.bytes());
  }

  private static long gridBytes(GgmlType type) {
    return CudaWeights.hasGrid(type) ? IqGrids.values(type).length : 0;
  }

  private long buffers() {
    return load.room().allocated().stream().mapToLong(b -> paged(b.bytes()) - b.bytes()).sum();
  }

  /** What an allocation takes of a device. */
  private static long paged(long bytes) {
    return bytes < PAGE / 2 ? bytes : Math.ceilDiv(bytes, PAGE) * PAGE;
  }
}
