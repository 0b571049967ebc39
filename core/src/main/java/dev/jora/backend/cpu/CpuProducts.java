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

  /** Products with weights that are, or are views of, matrix {@code expert} of their tensors. */
  void multiply(List<Product> products, int expert, CpuBuffer b, Rows rows) {
    if (observer != null) {
      observe(products, expert, b, rows.count());
    }
    int single = rows.single();
    if (single > 0) {
      WorkPool pool = single == 1 ? threads.single() : threads.batch();
      int most = most(products);
      for (int from = 0; from < single; from += most) {
        int n = Math.min(most, single - from);
        multiply(pool, products, MatrixKernel::singles, b, from, n, t -> true);
      }
    }
    if (rows.count() > single) {
      IntPredicate fine = t -> rows.fine().get(single + t);
      int n = rows.count() - single;
      multiply(threads.batch(), products, MatrixKernel::batches, b, single, n, fine);
    }
    for (Product product : products) {
      if (product.bias() != null) {
        MemorySegment bias = CpuWeight.vector(product.bias());
        CpuBuffer o = CpuBuffer.of(product.out());
        threads.rows(
            rows.count(),
            o.cols(),
            i -> kernels.addScaled(bias, 0, o.cols(), 1, o.data(), o.row(i)));
      }
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

  /** All products of rows [from, from + n) of x, in one of the ways of their kernels. */
  private void multiply(
      WorkPool pool,
      List<Product> products,
      Function<MatrixKernel, TokenProducts> way,
      CpuBuffer x,
      int from,
      int n,
      IntPredicate fine) {
    TokenProducts[] by = new TokenProducts[products.size()];
    for (int i = 0; i < by.length; i++) {
      by[i] = way.apply(CpuWeight.of(products.get(i).weight()).kernel());
    }
    Floats floats = floats(x, from, n);
    MemorySegment memory = prepared.atLeast(bytes(by, n));
    long at = 0;
    int grain = kernels.rowGrain();
    Task[] tasks = new Task[by.length];
    int end = 0;
    for (int i = 0; i < by.length; i++) {
      int first = first(by, i);
      Activations activations;
      if (first < i) {
        activations = tasks[first].x();
      } else {
        MemorySegment to = memory.asSlice(at, by[i].bytes(n));
        activations = prepare(pool, by[i], floats, fine, to);
        at += room(by[i], n);
      }
      CpuWeight weight = CpuWeight.of(products.get(i).weight());
      Floats y = floats(CpuBuffer.of(products.get(i).out()), from, n);
      tasks[i] = new Task(by[i], weight, activations, y, end);
      end += (weight.outputs() + grain - 1) / grain * grain;
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

  /** Bytes of n tokens in all forms; products of one form share what is prepared. */
  private static long bytes(TokenProducts[] by, int n) {
    long bytes = 0;
    for (int i = 0; i < by.length; i++) {
      bytes += first(by, i) == i ? room(by[i], n) : 0;
    }
    return bytes;
  }

  /** The first product that takes the form of product i. */
  private static int first(TokenProducts[] by, int i) {
    int first = 0;
    while (!by[first].form().equals(by[i].form())) {
      first++;
    }
    return first;
  }

  /** Bytes of n tokens in a form, in whole cache lines. */
  private static long room(TokenProducts by, int n) {
    return by.bytes(n) + 63 & -64;
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
