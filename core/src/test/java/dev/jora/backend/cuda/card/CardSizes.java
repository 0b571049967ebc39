package dev.jora.backend.cuda.card;

import dev.jora.bench.CudaKernelSpeed;
import dev.jora.quant.BlockFormat;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import java.util.List;

/**
 * How much is tried: as much as a card does in the time, or as little as one in software does.
 *
 * @param types of weights
 * @param rows of matrices: tiles that end anywhere
 * @param columns of products
 * @param operations every how manyth of the backend's operations
 * @param goldens the most models
 * @param goldenTokens the most tokens of one
 * @param shapes the small and the large model of random weights; empty: a golden model is both
 * @param steps greedy tokens
 * @param prompts lengths that are read
 * @param depths positions before tokens that are drawn
 * @param kernels how much is measured of each
 * @param row length in the measurements of kernels
 */
record CardSizes(
    List<GgmlType> types,
    List<Integer> rows,
    List<Integer> columns,
    int operations,
    int goldens,
    int goldenTokens,
    List<String> shapes,
    int steps,
    List<Integer> prompts,
    List<Integer> depths,
    CudaKernelSpeed.Sizes kernels,
    int row) {
  /** For a card. */
  static final CardSizes FULL =
      new CardSizes(
          BlockFormats.all().stream().map(BlockFormat::type).toList(),
          List.of(5, 67, 130, 1001),
          List.of(1, 2, 3, 7, 8, 9, 33, 66, 130, 512),
          1,
          Integer.MAX_VALUE,
          80,
          List.of("llama-1b:Q4_K_M", "llama-8b:Q4_K_M"),
          64,
          List.of(512, 4096),
          List.of(0, 4096, 16384),
          CudaKernelSpeed.Sizes.DEFAULT,
          2048);

  /** For a device in software. */
  static final CardSizes FEW =
      new CardSizes(
          List.of(GgmlType.Q4_K, GgmlType.F16),
          List.of(5),
          List.of(1, 3),
          200,
          1,
          6,
          List.of(),
          3,
          List.of(8),
          List.of(0, 4),
          new CudaKernelSpeed.Sizes(4096, 5, 4, 0),
          256);
}
