package dev.jora.kernel;

import dev.jora.kernel.x86.Avx2Peak;
import dev.jora.kernel.x86.Avx2Products;
import dev.jora.tensor.GgmlType;
import java.util.List;

/**
 * Products for processors with AVX2 and without AVX-512; all else, and types and lengths that have
 * no code, is the Vector API's.
 */
public final class Avx2Kernels extends AssembledKernels {
  private final Avx2Products products;
  private final boolean precise;

  /** Those of the ladder. */
  public Avx2Kernels() {
    this(false);
  }

  private Avx2Kernels(boolean precise) {
    this.products = new Avx2Products(precise);
    this.precise = precise;
  }

  @Override
  public String name() {
    return precise ? "avx2, precise" : "avx2";
  }

  @Override
  public Kernels precise() {
    return precise ? this : new Avx2Kernels(true);
  }

  @Override
  public int rowGrain() {
    return 16;
  }

  @Override
  public List<Ceiling> ceilings() {
    return List.of(new Ceiling("AVX2", Avx2Peak.MACS, new Avx2Peak()::run));
  }

  @Override
  MatrixKernel assembled(GgmlType type, int k) {
    if (products.supports(type, k)) {
      return new MatrixKernel(
          products(type, k, products.singles(type, k)),
          products(type, k, products.batches(type, k)));
    }
    return type == GgmlType.F16 && products.supportsHalves(k)
        ? new MatrixKernel(products(type, k, products.halves(k)), base().matrix(type, k).batches())
        : null;
  }
}
