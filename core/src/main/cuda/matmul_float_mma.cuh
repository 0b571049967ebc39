// Tiles for tensor cores, 128 rows by WIDTH columns, by eight warps. Both sides are sums of two numbers
// of bfloat16, which have float32's range and together 16 bits: w x = w0 x0 + w1 x0 + w0 x1, all added
// up in float32. Weights in bfloat16 have no second number. What the next step needs is loaded while
// this one is multiplied, and split into two numbers on its way to the other half of shared memory.

// The bfloat16 nearest to each of two numbers, the first in the lower half; and to what then is left.
__device__ __forceinline__ void split(float a, float b, u32 &most, u32 &rest) {
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(most) : "f"(b), "f"(a));
  a = __fsub_rn(a, __uint_as_float(most << 16));
  b = __fsub_rn(b, __uint_as_float(most & 0xffff0000));
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(rest) : "f"(b), "f"(a));
}

template <int LINES, bool TWO>
struct FloatTile {
  uint4 part[TWO ? 2 : 1][LINES][FLOAT_DEPTH / 8];  // see place()

  __device__ __forceinline__ void put(int line, int piece, const float *v) {
    uint4 most, rest;
    split(v[0], v[1], most.x, rest.x);
    split(v[2], v[3], most.y, rest.y);
    split(v[4], v[5], most.z, rest.z);
    split(v[6], v[7], most.w, rest.w);
    part[0][line][place(line, piece)] = most;
    if (TWO) part[TWO][line][place(line, piece)] = rest;
  }
};

template <int WIDTH, bool TWO>
struct FloatStage {
  FloatTile<TILE_ROWS, TWO> w;
  FloatTile<WIDTH, true> x;
};

__device__ __forceinline__ void multiply_add(const u32 *a, const u32 *b, float *c) {
  asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
      "{%0,%1,%2,%3};"
      : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

// What 16 of k add to a thread's sums. rows and columns: see Place.
template <int WIDTH, bool TWO>
__device__ __forceinline__ void multiply(u32 rows, u32 columns, float (&sum)[4][WIDTH / 8]) {
  u32 a[TWO ? 2 : 1][2][4];
#pragma unroll
  for (int part = 0; part < (TWO ? 2 : 1); part++) {
    ldmatrix(rows + 64 * TILE_ROWS * part, a[part][0]);
    ldmatrix(rows + 64 * TILE_ROWS * part + 1024, a[part][1]);
  }
#pragma unroll
  for (int j = 0; j < WIDTH / 32; j++) {
    u32 b[2][4];
    ldmatrix(columns + 1024 * j, b[0]);
    ldmatrix(columns + 64 * WIDTH + 1024 * j, b[1]);
#pragma unroll
    for (int i = 0; i < 2; i++) {
#pragma unroll
      for (int h = 0; h < 2; h++) {
        float *upper = &sum[2 * i][4 * j + 2 * h], *lower = &sum[2 * i + 1][4 * j + 2 * h];
        float c[4] = {upper[0], upper[1], lower[0], lower[1]};
        if (TWO) multiply_add(a[TWO][i], b[0] + 2 * h, c);
        multiply_add(a[0][i], b[1] + 2 * h, c);
        multiply_add(a[0][i], b[0] + 2 * h, c);
        upper[0] = c[0], upper[1] = c[1], lower[0] = c[2], lower[1] = c[3];
      }
    }
  }
}

// Eight values of lines 64 apart, each of which is a thread's: where they are, and what was loaded.
template <class T, int LINES>
struct FloatLoads {
  enum { count = (LINES + 63) / 64 };
  const typename T::stored *row[count];  // null where there is none
  float v[count][8];

  __device__ __forceinline__ void load(int e, int k, bool whole) {
#pragma unroll
    for (int i = 0; i < count; i++) {
      if (row[i] && e < k) {
        eight<T>(row[i], e, k, whole, v[i]);
      } else {
#pragma unroll
        for (int j = 0; j < 8; j++) v[i][j] = 0;
      }
    }
  }

  template <bool TWO>
  __device__ __forceinline__ void put(FloatTile<LINES, TWO> &to, int line, int piece) const {
    if (line >= LINES) return;
#pragma unroll
    for (int i = 0; i < count; i++) to.put(line + 64 * i, piece, v[i]);
  }
};

extern __shared__ __align__(128) uint4 shared_memory[];

template <class T, bool TWO, int WIDTH>
__device__ __forceinline__ void matmul_float(const Tiled &t) {
  const Product &p = t.p;
  FloatStage<WIDTH, TWO> *stages = (FloatStage<WIDTH, TWO> *)shared_memory;
  static_assert(2 * sizeof(stages[0]) <= 32 * 1024 + 256 * WIDTH, "see CudaTiles");
  Place<WIDTH> at;
  int line = threadIdx.x >> 2, piece = threadIdx.x & 3;
  int part = t.part / FLOAT_DEPTH, begin = t.parts ? blockIdx.z * part : 0;
  int end = (p.k + FLOAT_DEPTH - 1) / FLOAT_DEPTH;
  if (t.parts) end = min(end, begin + part);
  bool whole = (p.k & 7) == 0 && is_aligned(p.w.plane[0]);
  bool whole_x = (p.k & 7) == 0 && (p.x_stride & 3) == 0 && is_aligned(p.x);
  FloatLoads<T, TILE_ROWS> w;
  FloatLoads<F32, WIDTH> x;
#pragma unroll
  for (int i = 0; i < w.count; i++) {
    int row = blockIdx.y * TILE_ROWS + line + 64 * i;
    size_t first = p.order ? (size_t)blockIdx.z * p.rows : 0;
    w.row[i] = row < p.rows ? (const typename T::stored *)p.w.plane[0] + (first + row) * p.k : 0;
  }
  for (Columns columns(p, WIDTH); !columns.none(); columns.next(WIDTH)) {
#pragma unroll
    for (int i = 0; i < x.count; i++) {
      int row = line < WIDTH ? columns.in(line + 64 * i) : -1;
      x.row[i] = row < 0 ? 0 : (const float *)p.x + (size_t)row * p.x_stride;
    }
    Sums<WIDTH> sums;
    sums.clear();
    int e = FLOAT_DEPTH * begin + 8 * piece, part_end = min(end, begin + part);
    w.load(e, p.k, whole);
    x.load(e, p.k, whole_x);
    w.put(stages[begin % 2].w, line, piece);
    x.put(stages[begin % 2].x, line, piece);
#pragma unroll 1
    for (int step = begin; step < end; step++) {
      __syncthreads();  // this step is there, and nobody reads the one before any more
      e = FLOAT_DEPTH * (step + 1) + 8 * piece;
      w.load(e, p.k, whole);
      x.load(e, p.k, whole_x);
      FloatStage<WIDTH, TWO> &now = stages[step % 2], &next = stages[(step + 1) % 2];
      u32 of_rows = shared_address(now.w.part) + at.template of_rows<32>();
      u32 of_columns = shared_address(now.x.part) + at.template of_columns<32>();
#pragma unroll
      for (int i = 0; i < 2; i++) multiply<WIDTH, TWO>(of_rows ^ 32 * i, of_columns ^ 32 * i, sums.v);
      w.put(next.w, line, piece);
      x.put(next.x, line, piece);
      if (step + 1 == part_end) {
        sums.store(t, columns, at, step < begin + part, part_end == end);
        sums.clear();
        part_end = min(end, part_end + part);
      }
    }
  }
}
