// What becomes of heads of queries, keys and values between their products and attention: a norm of
// each, turns of its pairs, and for keys and values the way to their pages.
#include "cache.cuh"

// Runs of the rows of a buffer: run h begins at from + h step.
struct Heads {
  float *x;
  const float *weight;  // of the norm, or null; with no norm eps is negative
  const float *bias;    // or null
  const float *angles;  // [row][cos of all pairs, then sin of all pairs]; or null
  int count, width, from, step, stride;
  int weight_step;      // between the weights of heads; 0 where all have the same
  int layer;            // 0: x / sqrt(mean(x^2) + eps); 1: of x - mean
  float eps;
  int pairs, neox;
  int store;            // 1: keys, 2: values of the cache, 0: neither
};

struct AllHeads {
  Heads of[3];
  Cache c;
  const int *positions;  // of each row
  const int *spans;      // of each row
};

__device__ __forceinline__ void normalise(const Heads &h, int head, float *x, int lane) {
  float mean = 0.0f;
  if (h.layer) {
    float sum = 0.0f;
    for (int i = lane; i < h.width; i += 32) sum += x[i];
    mean = warp_sum(sum) / h.width;
  }
  float square = 0.0f;
  for (int i = lane; i < h.width; i += 32) square += (x[i] - mean) * (x[i] - mean);
  float scale = 1.0f / sqrtf(warp_sum(square) / h.width + h.eps);
  for (int i = lane; i < h.width; i += 32) {
    float v = (x[i] - mean) * scale;
    if (h.weight) v *= h.weight[head * h.weight_step + i];
    if (h.bias) v += h.bias[head * h.weight_step + i];
    x[i] = v;
  }
}

// Turns the first pairs. Angles come from the host, so that they are the CPU's.
__device__ __forceinline__ void turn(const Heads &h, float *x, int row, int lane) {
  const float *angles = h.angles + (size_t)row * 2 * h.pairs;
  for (int i = lane; i < h.pairs; i += 32) {
    float *a = x + (h.neox ? i : 2 * i), *b = h.neox ? a + h.pairs : a + 1;
    float c = angles[i], s = angles[h.pairs + i], u = *a, v = *b;
    *a = u * c - v * s;
    *b = u * s + v * c;
  }
}

__device__ __forceinline__ void store(const AllHeads &p, const Heads &h, int head, int row, const float *x, int lane) {
  int position = p.positions[row];
  bool keys = h.store == 1;
  u8 *page = (u8 *)page_of(p.c, p.spans[row], position);
  u8 *to = page + (keys ? key_at(p.c, head, position) : value_at(p.c, head, position));
  int type = keys ? p.c.key_type : p.c.value_type;
  for (int i = lane; i < (h.width + 31) / 32 * 32; i += 32) {
    bool inside = i < h.width;
    store_value(type, to, i, inside ? x[i] : 0.0f, inside);
  }
}

// A warp for each head; blocks in y take rows. Dynamic shared memory: four heads of floats.
extern "C" __global__ void __launch_bounds__(128) heads(AllHeads p) {
  extern __shared__ float memory[];
  int lane = threadIdx.x & 31, head = blockIdx.x * 4 + (threadIdx.x >> 5), row = blockIdx.y;
  Heads h = p.of[0];
  if (head >= h.count) {
    head -= h.count;
    h = p.of[1];
    if (head >= h.count) {
      head -= h.count;
      h = p.of[2];
      if (head >= h.count) return;
    }
  }
  int most = max(max(p.of[0].width, p.of[1].width), p.of[2].width);
  float *own = h.x + (size_t)row * h.stride + h.from + head * h.step;
  float *x = memory + (threadIdx.x >> 5) * most;
  for (int i = lane; i < h.width; i += 32) x[i] = own[i];
  __syncwarp();
  bool changed = h.eps >= 0.0f || h.angles;
  if (h.eps >= 0.0f) {
    normalise(h, head, x, lane);
    __syncwarp();
  }
  if (h.angles) {
    turn(h, x, row, lane);
    __syncwarp();
  }
  if (changed) {
    for (int i = lane; i < h.width; i += 32) own[i] = x[i];
  }
  if (h.store) store(p, h, head, row, x, lane);
}
