// Norms of rows, and of runs of values in them, and turns of pairs.
#include "round.cuh"

struct Norm {
  const float *x;
  float *out;
  const float *weight;  // or null
  const float *bias;    // or null
  int width, from, step, stride;
  int out_from, out_step, out_stride;
  int weight_step;  // between the weights of runs; 0 where all have the same
  int layer;        // 0: x / sqrt(mean(x^2) + eps); 1: of x - mean
  float eps;
};

// Sum over a block, the same in all its threads.
__device__ __forceinline__ float block_sum(float v, float *parts) {
  v = warp_sum(v);
  __syncthreads();  // who still reads the last sum's parts
  if ((threadIdx.x & 31) == 0) parts[threadIdx.x >> 5] = v;
  __syncthreads();
  float sum = (parts[0] + parts[1]) + (parts[2] + parts[3]);
  if (blockDim.x == 256) sum += (parts[4] + parts[5]) + (parts[6] + parts[7]);
  return sum;
}

// A block for each run of each row.
extern "C" __global__ void __launch_bounds__(128) normalise(Norm p) {
  __shared__ float parts[4];
  const float *x = p.x + (size_t)blockIdx.y * p.stride + p.from + blockIdx.x * p.step;
  float *out = p.out + (size_t)blockIdx.y * p.out_stride + p.out_from + blockIdx.x * p.out_step;
  const float *w = p.weight ? p.weight + blockIdx.x * p.weight_step : nullptr;
  float mean = 0.0f;
  if (p.layer) {
    float sum = 0.0f;
    for (int i = threadIdx.x; i < p.width; i += 128) sum += x[i];
    mean = block_sum(sum, parts) / p.width;
  }
  float square = 0.0f;
  for (int i = threadIdx.x; i < p.width; i += 128) square += (x[i] - mean) * (x[i] - mean);
  float scale = 1.0f / sqrtf(block_sum(square, parts) / p.width + p.eps);
  for (int i = threadIdx.x; i < p.width; i += 128) {
    float v = (x[i] - mean) * scale;
    if (w) v *= w[i];
    if (p.bias) v += p.bias[i];
    out[i] = v;
  }
}

// Norms of whole rows, and what mostly comes next.
struct NormRows {
  const float *x;       // 16-byte aligned, as all rows here
  float *out;
  const float *weight;  // or null
  const float *bias;    // or null
  float *onto;          // += scale out; or null
  signed char *codes;   // out in int8, [n][width]; or null
  Scale *scales;        // [n][width / 32]
  int width;            // a multiple of 32
  int stride, out_stride, onto_stride;  // multiples of 4
  int layer;
  float eps, scale;
};

__device__ __forceinline__ float4 minus(float4 v, float m) { return {v.x - m, v.y - m, v.z - m, v.w - m}; }

__device__ __forceinline__ float square(float4 v) {
  return __fmaf_rn(v.w, v.w, __fmaf_rn(v.z, v.z, __fmaf_rn(v.y, v.y, __fmul_rn(v.x, v.x))));
}

__device__ __forceinline__ float4 times(float4 a, float4 b) {
  return {__fmul_rn(a.x, b.x), __fmul_rn(a.y, b.y), __fmul_rn(a.z, b.z), __fmul_rn(a.w, b.w)};
}

__device__ __forceinline__ float4 add(float4 a, float4 b) {
  return {__fadd_rn(a.x, b.x), __fadd_rn(a.y, b.y), __fadd_rn(a.z, b.z), __fadd_rn(a.w, b.w)};
}

// A block for each row, four values for each thread at once.
extern "C" __global__ void __launch_bounds__(256) normalise_rows(NormRows p) {
  __shared__ float parts[8];
  const float *x = p.x + (size_t)blockIdx.y * p.stride;
  float *out = p.out + (size_t)blockIdx.y * p.out_stride;
  float mean = 0.0f;
  if (p.layer) {
    float sum = 0.0f;
    for (int i = 4 * threadIdx.x; i < p.width; i += 1024) {
      float4 v = *(const float4 *)(x + i);
      sum += (v.x + v.y) + (v.z + v.w);
    }
    mean = block_sum(sum, parts) / p.width;
  }
  float squares = 0.0f;
  for (int i = 4 * threadIdx.x; i < p.width; i += 1024) {
    squares += square(minus(*(const float4 *)(x + i), mean));
  }
  float factor = 1.0f / sqrtf(block_sum(squares, parts) / p.width + p.eps);
  for (int i = 4 * threadIdx.x; (i & ~127) < p.width; i += 1024) {  // whole warps
    bool in = i < p.width;
    float4 v = {0, 0, 0, 0};
    if (in) {
      v = times(minus(*(const float4 *)(x + i), mean), {factor, factor, factor, factor});
      if (p.weight) v = times(v, load<float4>(p.weight + i));
      if (p.bias) v = add(v, load<float4>(p.bias + i));
      if (p.onto) {
        float4 *onto = (float4 *)(p.onto + (size_t)blockIdx.y * p.onto_stride + i), o = *onto;
        *onto = {__fmaf_rn(p.scale, v.x, o.x), __fmaf_rn(p.scale, v.y, o.y), __fmaf_rn(p.scale, v.z, o.z),
                 __fmaf_rn(p.scale, v.w, o.w)};
      }
      *(float4 *)(out + i) = v;
    }
    size_t at = (size_t)blockIdx.y * p.width + i;
    if (p.codes) round_q8(v, in, p.codes + at, p.scales + (at >> 5));
  }
}
