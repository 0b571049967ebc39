// Tiles of float32, 64 rows by 64 columns, by four warps.

struct FloatTile {
  float4 part[TILE][FLOAT_DEPTH / 4 + 1];

  __device__ __forceinline__ void put(int line, int e, const float *v) {
    part[line][e / 4] = {v[0], v[1], v[2], v[3]};
    part[line][e / 4 + 1] = {v[4], v[5], v[6], v[7]};
  }
};

__device__ __forceinline__ void multiply(const FloatTile &w, const FloatTile &x, const Place &at, float (&sum)[4][8]) {
#pragma unroll 2
  for (int k = 0; k < FLOAT_DEPTH / 4; k++) {
    float4 a[4];
#pragma unroll
    for (int i = 0; i < 4; i++) a[i] = w.part[at.row(i)][k];
#pragma unroll
    for (int j = 0; j < 8; j++) {
      float4 b = x.part[at.column(j)][k];
#pragma unroll
      for (int i = 0; i < 4; i++) {
        float v = __fmaf_rn(a[i].y, b.y, __fmaf_rn(a[i].x, b.x, sum[i][j]));
        sum[i][j] = __fmaf_rn(a[i].w, b.w, __fmaf_rn(a[i].z, b.z, v));
      }
    }
  }
}

template <class T>
__device__ __forceinline__ void matmul_float(const Product &p) {
  __shared__ __align__(16) FloatTile w;
  __shared__ __align__(16) FloatTile x;
  __shared__ int inputs[TILE];
  Place at;
  bool whole = (p.k & 7) == 0 && is_aligned(p.w.plane[0]);
  bool whole_x = (p.k & 7) == 0 && (p.x_stride & 3) == 0 && is_aligned(p.x);
  for (Columns columns(p, TILE); !columns.none(); columns.next(TILE)) {
    if (threadIdx.x < TILE) inputs[threadIdx.x] = columns.in(threadIdx.x);
    __syncthreads();
    float sum[4][8] = {};
    for (int e0 = 0; e0 < p.k; e0 += FLOAT_DEPTH) {
#pragma unroll 1
      for (int i = threadIdx.x; i < TILE * FLOAT_DEPTH / 8; i += 128) {
        int line = i / (FLOAT_DEPTH / 8), e = 8 * (i % (FLOAT_DEPTH / 8)), k = e0 + e;
        int row = blockIdx.y * TILE + line, c = inputs[line];
        float v[8] = {}, u[8] = {};
        if (row < p.rows && k < p.k) {
          const void *from = (const typename T::stored *)p.w.plane[0] + ((size_t)blockIdx.z * p.rows + row) * p.k;
          eight<T>((const typename T::stored *)from, k, p.k, whole, v);
        }
        if (c >= 0 && k < p.k) eight<F32>((const float *)p.x + (size_t)c * p.x_stride, k, p.k, whole_x, u);
        w.put(line, e, v);
        x.put(line, e, u);
      }
      __syncthreads();
      multiply(w, x, at, sum);
      __syncthreads();
    }
    store(p, columns, at, sum);
  }
}
