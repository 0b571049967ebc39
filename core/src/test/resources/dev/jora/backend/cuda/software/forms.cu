// What the compiler makes of functions, halves, local memory and calls: forms.compute_80.ptx is made of this.
#include <cuda_bf16.h>
#include <cuda_fp16.h>

struct Params {
  const float *x;
  float *y;
  int n;
  int k;
};

#define ROW(i, e) p.y[(i)*p.n + t] = (e)

extern "C" __global__ void __launch_bounds__(256) functions(const Params p) {
  int t = threadIdx.x + blockIdx.x * blockDim.x;
  if (t >= p.n) return;
  float x = p.x[t];
  ROW(0, expf(x));
  ROW(1, __expf(x));
  ROW(2, logf(fabsf(x)));
  ROW(3, tanhf(x));
  ROW(4, sqrtf(fabsf(x)));
  ROW(5, rsqrtf(fabsf(x)));
  ROW(6, erff(x));
  ROW(7, log1pf(fabsf(x)));
  ROW(8, expm1f(x));
  ROW(9, powf(fabsf(x), 1.5f));
  ROW(10, x / (1.f + __expf(-x)));
  ROW(11, roundf(x));
  ROW(12, floorf(x) + ceilf(x) + rintf(x));
  ROW(13, fmodf(x, 3.f));
  ROW(14, __fdividef(x, 3.f));
  float s, c;
  sincosf(x, &s, &c);
  ROW(15, s);
  ROW(16, c);
  ROW(17, (float)exp((double)x));
}

extern "C" __global__ void halves(const Params p) {
  int t = threadIdx.x;
  float x = p.x[t];
  __half h = __float2half_rn(x);
  __half2 two = __floats2half2_rn(x, 2 * x);
  ROW(0, __half2float(__hmul(h, __hadd(h, h))));
  float2 f = __half22float2(__hfma2(two, two, two));
  ROW(1, f.x);
  ROW(2, f.y);
  ROW(3, __half2float(hexp(h)));
  ROW(4, __half2float(__hgt(h, __float2half(1.f)) ? h : __hneg(h)));
#if __CUDA_ARCH__ >= 800
  __nv_bfloat16 b = __float2bfloat16(x);
  ROW(5, __bfloat162float(__hfma(b, b, b)));
  __nv_bfloat162 bb = __hmul2(__floats2bfloat162_rn(x, 2 * x), __floats2bfloat162_rn(x, x));
  ROW(6, __bfloat162float(bb.x));
  ROW(7, __bfloat162float(bb.y));
#endif
}

__device__ __noinline__ float middle(const float *a, int k) {
  float s = 0;
  for (int i = 0; i < 5; i++) s += a[(i + k) & 7];
  return s;
}

// One function reads local, shared and global memory; k says where an index goes that nobody foresees.
extern "C" __global__ void generic(const Params p) {
  int t = threadIdx.x;
  float own[8];
  for (int i = 0; i < 8; i++) own[i] = p.x[i] + t;
  __shared__ float all[8];
  if (t < 8) all[t] = 2 * p.x[t];
  __syncthreads();
  ROW(0, middle(own, p.k));
  ROW(1, middle(all, p.k));
  ROW(2, middle(p.x, p.k));
  const float *q = t & 1 ? all : p.x;
  ROW(3, q[t & 7]);
  switch (p.k + t) {
    case 0: ROW(4, 3); break;
    case 1: ROW(4, all[7]); break;
    case 2: ROW(4, own[t & 7]); break;
    default: ROW(4, -1);
  }
}
