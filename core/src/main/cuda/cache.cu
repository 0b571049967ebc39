// What is moved in pages of keys and values.
#include "cache.cuh"

// Copies positions of one page to another, keys turned by an angle for each pair.
struct Turn {
  const u8 *source;
  u8 *target;
  const float *angles;  // cos of all pairs, then sin
  Cache c;              // dimensions only
  int from, to;         // positions
  int pairs, neox, rope_from;
};

// A block for each head of each position; dynamic shared memory: key_dim floats.
extern "C" __global__ void __launch_bounds__(128) turn_keys(Turn p) {
  extern __shared__ float key[];
  int head = blockIdx.x, from = p.from + blockIdx.y, to = p.to + blockIdx.y;
  const u8 *source = p.source + key_at(p.c, head, from);
  u8 *target = p.target + key_at(p.c, head, to);
  if (p.pairs == 0) {
    for (int i = threadIdx.x; i < p.c.key_row; i += 128) target[i] = source[i];
  } else {
    for (int i = threadIdx.x; i < p.c.key_dim; i += 128) {
      key[i] = load_value(p.c.key_type, source, i);
    }
    __syncthreads();
    for (int i = threadIdx.x; i < p.pairs; i += 128) {
      float *a = key + p.rope_from + (p.neox ? i : 2 * i), *b = p.neox ? a + p.pairs : a + 1;
      float c = p.angles[i], s = p.angles[p.pairs + i], u = *a, v = *b;
      *a = u * c - v * s;
      *b = u * s + v * c;
    }
    __syncthreads();
    for (int i = threadIdx.x; i < (p.c.key_dim + 31) / 32 * 32; i += 128) {
      bool inside = i < p.c.key_dim;
      store_value(p.c.key_type, target, i, inside ? key[i] : 0.0f, inside);
    }
  }
  const u8 *value = p.source + value_at(p.c, head, from);
  u8 *moved = p.target + value_at(p.c, head, to);
  for (int i = threadIdx.x; i < p.c.value_row; i += 128) moved[i] = value[i];
}
