package dev.jora.backend.cuda;

/** Products of prompts: tiles of a matrix's rows by columns. */
final class CudaTiles {
  private static final int THREADS = 128;

  /** Rows and columns of a tile. */
  private static final int TILE = 64;

  private final CudaDevice device;

  CudaTiles(CudaDevice device) {
    this.device = device;
  }

  /**
   * Multiplies.
   *
   * @param product the struct of the product, filled
   * @param columns of the output
   */
  void multiply(CudaWeight weight, Params product, int columns, CudaProducts.Choice choice) {
    int most = columns / choice.slots(); // an expert has at most one of each row
    int rowTiles = Math.ceilDiv(weight.outputs(), TILE);
    Grid grid = new Grid(rowTiles, Math.ceilDiv(most, TILE), choice.count());
    device.launch(weight.module(), "matmul_" + weight.module(), grid, THREADS, 0, product);
  }
}
