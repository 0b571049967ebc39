package dev.jora.backend.cpu;

import dev.jora.backend.Product;
import dev.jora.backend.ProductObserver;
import dev.jora.backend.Rows;
import dev.jora.backend.Weight;
import dev.jora.exec.WorkPool;
import dev.jora.kernel.BatchKernels;
import dev.jora.kernel.Kernels;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

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
    if (single == 1) {
      multiplyOne(products, b);
    } else if (single > 1) {
      BatchKernels singles = kernels.singles();
      int most = most(singles, products, b.cols());
      for (int from = 0; from < single; from += most) {
        multiplyMany(singles, products, b, from, Math.min(most, single - from), t -> true);
      }
    }
    if (rows.count() > single) {
      IntPredicate fine = t -> rows.fine().get(single + t);
      multiplyMany(kernels.batches(), products, b, single, rows.count() - single, fine);
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
  private static int most(BatchKernels singles, List<Product> products, int k) {
    int most = Integer.MAX_VALUE;
    for (int i = 0; i < products.size(); i++) {
      most = Math.min(most, singles.most(typeOf(products, i), k));
    }
    return most;
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
   * Activations in one form: prepared once, for all products that take it.
   *
   * @param first the first of these products
   */
  private record Form(int first, int number, GgmlType type, long at, long bytes) {
    long end() {
      return (at + bytes + 63) & -64;
    }
  }

  /**
   * The form of each product; products that share one have the same record.
   *
   * @param numbers of the forms that types take, and {@code bytes} of these
   */
  private static Form[] forms(
      List<Product> products, ToIntFunction<GgmlType> numbers, ToLongFunction<GgmlType> bytes) {
    Form[] forms = new Form[products.size()];
    long end = 0;
    for (int i = 0; i < forms.length; i++) {
      GgmlType type = typeOf(products, i);
      int number = numbers.applyAsInt(type);
      for (int j = 0; j < i && forms[i] == null; j++) {
        forms[i] = forms[j].number() == number ? forms[j] : null;
      }
      if (forms[i] == null) {
        forms[i] = new Form(i, number, type, end, bytes.applyAsLong(type));
        end = forms[i].end();
      }
    }
    return forms;
  }

  /** Memory for all forms, each at its place. */
  private MemorySegment room(Form[] forms) {
    long end = 0;
    for (Form form : forms) {
      end = Math.max(end, form.end());
    }
    return prepared.atLeast(end);
  }

  /** The first row alone: the rows of all products are one range, shared out among the threads. */
  private void multiplyOne(List<Product> products, CpuBuffer x) {
    int k = x.cols();
    Form[] forms =
        forms(products, type -> kernels.form(type, k), type -> kernels.preparedBytes(type, k));
    MemorySegment activations = room(forms);
    for (int i = 0; i < forms.length; i++) {
      if (forms[i].first() == i) {
        kernels.prepare(forms[i].type(), x.data(), x.row(0), k, activations, forms[i].at());
      }
    }
    overRows(
        threads.single(),
        products,
        (i, w, out, begin, end, worker) ->
            kernels.gemv(
                w.type(),
                w.data(),
                0,
                k,
                begin,
                end,
                activations,
                forms[i].at(),
                out.data(),
                out.row(0)));
  }

  /** Rows [from, from + n) of x. */
  private void multiplyMany(
      BatchKernels by, List<Product> products, CpuBuffer x, int from, int n, IntPredicate fine) {
    int k = x.cols();
    Form[] forms = forms(products, type -> by.form(type, k, n), type -> by.batchBytes(type, k, n));
    MemorySegment activations = room(forms);
    for (int i = 0; i < forms.length; i++) {
      GgmlType type = forms[i].type();
      int parts = by.batchParts(type, k, n);
      if (parts > 0 && forms[i].first() == i) {
        MemorySegment to = activations.asSlice(forms[i].at(), forms[i].bytes());
        threads
            .batch()
            .run(
                parts,
                1,
                (begin, end, worker) -> {
                  for (int part = begin; part < end; part++) {
                    by.prepareBatch(type, x.data(), x.row(from), x.stride(), k, n, part, fine, to);
                  }
                });
      }
    }
    overRows(
        threads.batch(),
        products,
        (i, w, out, begin, end, worker) -> {
          MemorySegment s = threads.scratch(worker).atLeast(by.gemmScratchBytes(w.type(), k, n));
          MemorySegment form = activations.asSlice(forms[i].at(), forms[i].bytes());
          by.gemm(
              w.type(),
              w.data(),
              0,
              k,
              begin,
              end,
              x.data(),
              x.row(from),
              x.stride(),
              n,
              form,
              out.data(),
              out.row(from),
              out.stride(),
              s);
        });
  }

  private static GgmlType typeOf(List<Product> products, int i) {
    return CpuWeight.of(products.get(i).weight()).type();
  }

  /** Work on rows [begin, end) of product {@code index}. */
  private interface RowWork {
    void run(int index, CpuWeight weight, CpuBuffer out, int begin, int end, int worker);
  }

  private void overRows(WorkPool pool, List<Product> products, RowWork work) {
    int grain = kernels.rowGrain();
    int[] start = new int[products.size() + 1];
    for (int i = 0; i < products.size(); i++) {
      int rows = CpuWeight.of(products.get(i).weight()).outputs();
      start[i + 1] = start[i] + (rows + grain - 1) / grain * grain;
    }
    pool.run(
        start[products.size()],
        grain,
        (begin, end, worker) -> {
          for (int i = 0; i < products.size(); i++) {
            CpuWeight weight = CpuWeight.of(products.get(i).weight());
            int from = Math.max(begin, start[i]) - start[i];
            int to = Math.min(end - start[i], weight.outputs());
            if (from < to) {
              work.run(i, weight, CpuBuffer.of(products.get(i).out()), from, to, worker);
            }
          }
        });
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
