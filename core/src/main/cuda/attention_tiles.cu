// Attention of rows that are read, by the types of keys and values, and by their dimensions: up to 128,
// or any, with up to 256 dimensions of values for a block.
#include "attention_tile.cuh"

#define SMALL(T, name) \
  extern "C" __global__ void __launch_bounds__(128, 2) read_##name##_128(Attend p) { read<T, 128, false>(p); }
#define ANY(T, name) \
  extern "C" __global__ void __launch_bounds__(128, 2) read_##name##_any(Attend p) { read<T, 256, true>(p); }

SMALL(Halves, f16)
ANY(Halves, f16)
SMALL(Brains, bf16)
ANY(Brains, bf16)
ANY(Pairs, mixed)  // with queries in registers as well they run out
