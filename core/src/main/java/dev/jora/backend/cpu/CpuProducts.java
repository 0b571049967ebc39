package dev.jora.backend.cpu;

import dev.jora.backend.Product;
import dev.jora.backend.ProductObserver;
import dev.jora.backend.Rows;
import dev.jora.backend.Weight;
import dev.jora.exec.WorkPool;
import dev.jora.kernel.Activations;
import dev.jora.kernel.Floats;
import dev.jora.kernel.Kernels;
import dev.jora.kernel.MatrixKernel;
import dev.jora.kernel.TokenProducts;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntPredicate;

/**
 * Products of matrices with rows of activations. Activations are prepared once for all products
 * that take them in the same form; the rows of all products are one range that threads share.
 */
final class CpuProducts implements AutoCloseable {
  private final Kernels kernels;
  private final CpuThreads threads;
  private final ProductObserver observer;
  private final Scratch prepared = new Scratch();

  /** Products by a kernel set. {@code observer} sees the input of all of them; null for none. */
  CpuProducts(Kernels kernels, CpuThreads threads, ProductObserver observer) {
    this.kernels = kernels;
    this.threads = threads;
    this.observer = observer;
  }

  /**
   * Products that share their input.
   *
   * @param expert the weights are, or are views of, this matrix of their tensors
   */
  record Group(List<Product> products, int expert, CpuBuffer x, Rows rows) {}

  /** Products of one input with whole tensors, or views of them. */
  void multiply(List<Product> products, CpuBuffer x, Rows rows) {
    multiply(List.of(new Group(products, 0, x, rows)));
  }

  /** Groups of products side by side: threads share the rows of all their matrices. */
  void multiply(List<Group> groups) {
    List<Piece> pieces = new ArrayList<>();
    boolean one = true;
    for (Group group : groups) {
      if (observer != null) {
        observe(group.products(), group.expert(), group.x(), group.rows().count());
      }
      cut(group, pieces);
      one &= group.rows().count() == 1 && group.rows().single() == 1;
    }
    run(one ? threads.single() : threads.batch(), pieces);
    for (Group group : groups) {
      group.products().forEach(product -> addBias(product, group.rows().count()));
    }
  }

  private void addBias(Product product, int n) {
    if (product.bias() != null) {
      MemorySegment bias = CpuWeight.vector(product.bias());
      CpuBuffer o = CpuBuffer.of(product.out());
      threads.rows(n, o.cols(), i -> kernels.addScaled(bias, 0, o.cols(), 1, o.data(), o.row(i)));
    }
  }

  /**
   * Rows [from, from + n) of a group, multiplied in one way.
   *
   * @param by what multiplies each product's matrix
   * @param fine rows, counted from the first, that keep all precision
   */
  private record Piece(Group group, TokenProducts[] by, int from, int n, IntPredicate fine) {
    static Piece of(
        Group group,
        Function<MatrixKernel, TokenProducts> way,
        int from,
        int n,
        IntPredicate fine) {
      TokenProducts[] by = new TokenProducts[group.products().size()];
      for (int i = 0; i < by.length; i++) {
        by[i] = way.apply(CpuWeight.of(group.products().get(i).weight()).kernel());
      }
      return new Piece(group, by, from, n, fine);
    }

    /** Bytes of n tokens in all forms; products of one form share what is prepared. */
    long bytes() {
      long bytes = 0;
      for (int i = 0; i < by.length; i++) {
        bytes += first(i) == i ? room(i) : 0;
      }
      return bytes;
    }

    /** The first product that takes the form of product i. */
    int first(int i) {
      int first = 0;
      while (!by[first].form().equals(by[i].form())) {
        first++;
      }
      return first;
    }

    /** Bytes of n tokens in the form of product i, in whole cache lines. */
    long room(int i) {
      return by[i].bytes(n) + 63 & -64;
    }
  }

  private static void cut(Group group, List<Piece> pieces) {
    Rows rows = group.rows();
    int single = rows.single();
    int most = single > 0 ? most(group.products()) : 1;
    for (int from = 0; from < single; from += most) {
      int n = Math.min(most, single - from);
      pieces.add(Piece.of(group, MatrixKernel::singles, from, n, t -> true));
    }
    if (rows.count() > single) {
      IntPredicate fine = t -> rows.fine().get(single + t);
      int n = rows.count() - single;
      pieces.add(Piece.of(group, MatrixKernel::batches, single, n, fine));
    }
  }

  /** So many tokens all products take at once. */
  private static int most(List<Product> products) {
    int most = Integer.MAX_VALUE;
    for (int i = 0; i < products.size(); i++) {
      CpuWeight weight = CpuWeight.of(products.get(i).weight());
      most = Math.min(most, weight.kernel().singles().most());
    }
    return most;
  }

  /** Rows [from, from + n). */
  private static Floats floats(CpuBuffer b, int from, int n) {
    return new Floats(b.data(), b.row(from), n, b.cols(), b.stride());
  }

  /** Tells the observer of each tensor once: parts of one stand side by side. */
  private void observe(List<Product> products, int expert, CpuBuffer x, int n) {
    String before = null;
    for (Product product : products) {
      Weight weight = product.weight();
      if (!weight.name().equals(before)) {
        observer.input(weight, expert, dense(x, n), n, threads.batch());
      }
      before = weight.name();
    }
  }

  /**
   * A product, as all threads see it.
   *
   * @param start where its rows begin in the range of all rows
   */
  private record Task(TokenProducts by, CpuWeight weight, Activations x, Floats y, int start) {
    /** Its part of rows [begin, end) of that range. */
    void run(int begin, int end, Scratch scratch) {
      int from = Math.max(begin - start, 0);
      int to = Math.min(end - start, weight.outputs());
      if (from < to) {
        MemorySegment own = scratch.atLeast(by.scratchBytes(y.rows()));
        by.multiply(weight.data(), from, to, x, y, own);
      }
    }
  }

  private void run(WorkPool pool, List<Piece> pieces) {
    long bytes = 0;
    int count = 0;
    for (Piece piece : pieces) {
      bytes += piece.bytes();
      count += piece.by().length;
    }
    MemorySegment memory = prepared.atLeast(bytes);
    Task[] tasks = new Task[count];
    int grain = kernels.rowGrain();
    long at = 0;
    int done = 0;
    int end = 0;
    for (Piece piece : pieces) {
      TokenProducts[] by = piece.by();
      Floats floats = floats(piece.group().x(), piece.from(), piece.n());
      for (int i = 0; i < by.length; i++) {
        int first = piece.first(i);
        Activations activations;
        if (first < i) {
          activations = tasks[done + first].x();
        } else {
          MemorySegment to = memory.asSlice(at, by[i].bytes(piece.n()));
          activations = prepare(pool, by[i], floats, piece.fine(), to);
          at += piece.room(i);
        }
        Product product = piece.group().products().get(i);
        CpuWeight weight = CpuWeight.of(product.weight());
        Floats y = floats(CpuBuffer.of(product.out()), piece.from(), piece.n());
        tasks[done + i] = new Task(by[i], weight, activations, y, end);
        end += (weight.outputs() + grain - 1) / grain * grain;
      }
      done += by.length;
    }
    pool.run(
        end,
        grain,
        (begin, until, worker) -> {
          for (Task task : tasks) {
            task.run(begin, until, threads.scratch(worker));
          }
        });
  }

  private static Activations prepare(
      WorkPool pool, TokenProducts by, Floats x, IntPredicate fine, MemorySegment to) {
    int parts = by.parts(x.rows());
    if (parts == 1) { // no body to allocate for each product of a token
      by.prepare(x, 0, fine, to);
      return new Activations(x, to);
    }
    pool.run(
        parts,
        1,
        (begin, end, worker) -> {
          for (int part = begin; part < end; part++) {
            by.prepare(x, part, fine, to);
          }
        });
    return new Activations(x, to);
  }

  /** The first n rows of x, without gaps. */
  private static MemorySegment dense(CpuBuffer x, int n) {
    if (x.isDense()) {
      return x.data().asSlice(x.row(0), 4L * n * x.cols());
    }
    MemorySegment copy = MemorySegment.ofArray(new float[n * x.cols()]);
    for (int i = 0; i < n; i++) {
      MemorySegment.copy(x.data(), x.row(i), copy, 4L * i * x.cols(), 4L * x.cols());
    }
    return copy;
  }

  @Override
  public void close() {
    prepared.close();
  }
}
