// Attention of rows that are read, by the types of keys and values, and by their dimensions: up to 128,
// or any, with up to 256 dimensions of values for a block.
#include "attention_tile.cuh"

#define KERNELS(T, name)                                                                                        \
  extern "C" __global__ void __launch_bounds__(128, 2) read_##name##_128(Attend p) { read<T, 128, false>(p); } \
  extern "C" __global__ void __launch_bounds__(128, 2) read_##name##_any(Attend p) { read<T, 256, true>(p); }

KERNELS(Halves, f16)
KERNELS(Brains, bf16)
KERNELS(Pairs, mixed)
