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
  u32 part[TWO ? 2 : 1][LINES][FLOAT_DEPTH / 2];  // 16 bytes of a line: see place()

  // Four or eight values, from value e of a line on.
  template <int COUNT>
  __device__ __forceinline__ void put(int line, int e, const float *v) {
    u32 most[4], rest[4];
#pragma unroll
    for (int i = 0; i < COUNT / 2; i++) split(v[2 * i], v[2 * i + 1], most[i], rest[i]);
    int at = 4 * place(line, e / 8) + e % 8 / 2;
    if (COUNT == 8) {
      *(uint4 *)&part[0][line][at] = {most[0], most[1], most[2], most[3]};
      if (TWO) *(uint4 *)&part[TWO][line][at] = {rest[0], rest[1], rest[2], rest[3]};
    } else {
      *(uint2 *)&part[0][line][at] = {most[0], most[1]};
      if (TWO) *(uint2 *)&part[TWO][line][at] = {rest[0], rest[1]};
    }
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

// What a thread loads of each step: eight values of a line, or two times four so that neighbours load
// 64 bytes together; and that of lines 64 apart.
template <class T, int LINES>
struct FloatLoads {
  enum { count = (LINES + 63) / 64, runs = sizeof(typename T::stored) / 2, length = 8 / runs };
  const typename T::stored *row[count];  // null where there is none
  float v[count][runs][length];

  __device__ __forceinline__ static int at(int run) { return 16 * run + length * (threadIdx.x & 3); }

  __device__ __forceinline__ void load(int step, int k, bool whole) {
#pragma unroll
    for (int i = 0; i < count; i++) {
#pragma unroll
      for (int r = 0; r < runs; r++) {
        int e = FLOAT_DEPTH * step + at(r);
        if (row[i] && e < k) {
          some<T, length>(row[i], e, k, whole, v[i][r]);
        } else {
#pragma unroll
          for (int j = 0; j < length; j++) v[i][r][j] = 0;
        }
      }
    }
  }

  template <bool TWO>
  __device__ __forceinline__ void put(FloatTile<LINES, TWO> &to) const {
    int line = threadIdx.x >> 2;
    if (line >= LINES) return;
#pragma unroll
    for (int i = 0; i < count; i++) {
#pragma unroll
      for (int r = 0; r < runs; r++) to.template put<length>(line + 64 * i, at(r), v[i][r]);
    }
  }
};

extern __shared__ __align__(128) uint4 shared_memory[];

template <class T, bool TWO, int WIDTH>
__device__ __forceinline__ void matmul_float(const Tiled &t) {
  const Product &p = t.p;
  FloatStage<WIDTH, TWO> *stages = (FloatStage<WIDTH, TWO> *)shared_memory;
  static_assert(2 * sizeof(stages[0]) <= 32 * 1024 + 256 * WIDTH, "see CudaTiles");
  Place<WIDTH> at;
  int line = threadIdx.x >> 2;
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
    int part_end = min(end, begin + part);
    w.load(begin, p.k, whole);
    x.load(begin, p.k, whole_x);
    w.put(stages[begin % 2].w);
    x.put(stages[begin % 2].x);
#pragma unroll 1
    for (int step = begin; step < end; step++) {
      __syncthreads();  // this step is there, and nobody reads the one before any more
      w.load(step + 1, p.k, whole);
      x.load(step + 1, p.k, whole_x);
      FloatStage<WIDTH, TWO> &now = stages[step % 2], &next = stages[(step + 1) % 2];
      u32 of_rows = shared_address(now.w.part) + at.template of_rows<32>();
      u32 of_columns = shared_address(now.x.part) + at.template of_columns<32>();
#pragma unroll
      for (int i = 0; i < 2; i++) multiply<WIDTH, TWO>(of_rows ^ 32 * i, of_columns ^ 32 * i, sums.v);
      w.put(next.w);
      x.put(next.x);
      if (step + 1 == part_end) {
        sums.store(t, columns, at, step < begin + part, part_end == end);
        sums.clear();
        part_end = min(end, part_end + part);
      }
    }
  }
}
