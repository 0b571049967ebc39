// Tiles without tensor cores, 64 rows by 64 columns, by four warps, with two steps in shared memory.

template <class T>
struct Stage {
  Weights<T, TILE> w;
  uint4 x[TILE][DEPTH / 16];
  uint2 scale[CHUNKS][TILE];  // a Scale each
};

// Fills a stage with what starts at chunk `first` of the rows; what is not there is 0.
template <class T>
__device__ __forceinline__ void fill(const Product &p, const int *inputs, int first, Stage<T> &s) {
  int chunks = p.k >> 5;
#pragma unroll
  for (int i = threadIdx.x; i < TILE * DEPTH / 16; i += 128) {
    int col = i / (DEPTH / 16), piece = i % (DEPTH / 16), c = inputs[col];
    uint4 v = {0, 0, 0, 0};
    if (c >= 0 && first + (piece >> 1) < chunks) {
      v = load<uint4>((const signed char *)p.x + (size_t)c * p.k + 32 * first + 16 * piece);
    }
    s.x[col][place(col, piece)] = v;
  }
  int line = threadIdx.x / CHUNKS, chunk = threadIdx.x % CHUNKS;  // one of each for every thread
  int at = first + chunk, col = inputs[line], row = blockIdx.y * TILE + line;
  uint2 scale = {0, 0};
  if (col >= 0 && at < chunks) scale = load<uint2>(p.d + (size_t)col * chunks + at);
  s.scale[chunk][line] = scale;
  Chunk c = {};
  if (row < p.rows && at < chunks) {
    size_t block = ((size_t)blockIdx.z * p.rows + row) * (chunks / T::parts);
    T::unpack(p.w, block + at / T::parts, at % T::parts, c);
  }
  s.w.put(line, chunk, c);
}

template <class T>
__device__ __forceinline__ void multiply(const Stage<T> &s, const Place &at, int chunk, float (&sum)[4][8]) {
#pragma unroll
  for (int h = 0; h < Weights<T, TILE>::halves; h++) {
    int factors = Weights<T, TILE>::halves * chunk + h;
    int whole[4][8];
#pragma unroll
    for (int i = 0; i < 4; i++) {
#pragma unroll
      for (int j = 0; j < 8; j++) whole[i][j] = ZERO_BITS;
    }
#pragma unroll
    for (int q = h; q < (T::halves ? h + 1 : 2); q++) {
      uint4 w[4];
#pragma unroll
      for (int i = 0; i < 4; i++) w[i] = s.w.q[at.row(i)][place(at.row(i), 2 * chunk + q)];
#pragma unroll
      for (int j = 0; j < 8; j++) {
        uint4 x = s.x[at.column(j)][place(at.column(j), 2 * chunk + q)];
#pragma unroll
        for (int i = 0; i < 4; i++) {
          int c = dp4a(w[i].x, x.x, dp4a(w[i].y, x.y, whole[i][j]));
          whole[i][j] = dp4a(w[i].z, x.z, dp4a(w[i].w, x.w, c));
        }
      }
    }
#pragma unroll
    for (int j = 0; j < 8; j++) {
      uint2 scale = s.scale[chunk][at.column(j)];
      float sums = !T::minima ? 0 : T::halves ? sum_of_half(scale.y, h) : sum_of_both(scale.y);
#pragma unroll
      for (int i = 0; i < 4; i++) {
        float v = __fmul_rn(s.w.d[factors][at.row(i)], __fsub_rn(__int_as_float(whole[i][j]), ZERO));
        if (T::minima) v = __fmaf_rn(-s.w.m[factors][at.row(i)], sums, v);
        sum[i][j] = __fmaf_rn(__uint_as_float(scale.x), v, sum[i][j]);
      }
    }
  }
}

template <class T>
__device__ __forceinline__ void matmul(const Product &p) {
  __shared__ __align__(16) Stage<T> stages[2];
  __shared__ int inputs[TILE];
  Place at;
  int chunks = p.k >> 5;
  for (Columns columns(p, TILE); !columns.none(); columns.next(TILE)) {
    if (threadIdx.x < TILE) inputs[threadIdx.x] = columns.in(threadIdx.x);
    __syncthreads();
    float sum[4][8] = {};
    fill(p, inputs, 0, stages[0]);
    for (int first = 0, now = 0; first < chunks; first += CHUNKS, now ^= 1) {
      __syncthreads();  // this stage is full, and nobody reads the other one any more
      if (first + CHUNKS < chunks) fill(p, inputs, first + CHUNKS, stages[now ^ 1]);
#pragma unroll 1
      for (int chunk = 0; chunk < CHUNKS; chunk++) multiply(stages[now], at, chunk, sum);
    }
    store(p, columns, at, sum);
  }
}
