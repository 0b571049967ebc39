// Tiles for tensor cores, 128 rows by WIDTH columns, by eight warps. Activations are on their way into
// a ring of three steps while weights, one step ahead, are unpacked into one of two.

#define RING 3
#define GROUP 4  // chunks whose activations' scales come together: 32 bytes of a row

template <class T, int WIDTH>
struct Stages {
  Weights<T, TILE_ROWS> w[2];
  uint4 x[RING][WIDTH][DEPTH / 16];  // see place()
  // A Scale each. Rows begin 16 banks apart: copies of four neighbours hit each bank once.
  uint2 scale[2][GROUP][WIDTH + 8];
};

// What a thread copies: of a column, or two of them 64 apart, a quarter of all steps.
template <int WIDTH>
struct Copies {
  enum { count = (WIDTH + 63) / 64 };
  int row[count];  // of x, -1 where there is none
  int line, piece;

  __device__ __forceinline__ Copies(const Columns &columns) : line(threadIdx.x >> 2), piece(threadIdx.x & 3) {
#pragma unroll
    for (int i = 0; i < count; i++) row[i] = line < WIDTH ? columns.in(line + 64 * i) : -1;
  }

  // Begins to copy a step into its place of the ring, with every second one scales for two.
  template <class T>
  __device__ __forceinline__ void begin(const Product &p, Stages<T, WIDTH> &s, int step, int slot) const {
    if (line >= WIDTH) return;
    int chunks = p.k >> 5, chunk = CHUNKS * step + piece;
#pragma unroll
    for (int i = 0; i < count; i++) {
      int col = line + 64 * i, at = DEPTH * step + 16 * piece;
      bool ok = row[i] >= 0 && at < p.k;
      copy<16>(&s.x[slot][col][place(col, piece)], (const u8 *)p.x + (ok ? (size_t)row[i] * p.k + at : 0), ok);
      if (step % 2 == 0) {
        ok = row[i] >= 0 && chunk < chunks;
        copy<8>(&s.scale[step / 2 % 2][piece][col], p.d + (ok ? (size_t)row[i] * chunks + chunk : 0), ok);
      }
    }
  }

  // Of the scales that are there, makes the sum of both halves a float, for everybody and once.
  template <class T>
  __device__ __forceinline__ void finish(Stages<T, WIDTH> &s, int step) const {
    if (T::minima && !T::halves && step % 2 == 0 && line < WIDTH) {
#pragma unroll
      for (int i = 0; i < count; i++) {
        uint2 *scale = &s.scale[step / 2 % 2][piece][line + 64 * i], v = *scale;
        *scale = {v.x, __float_as_uint(sum_of_both(v.y))};
      }
    }
  }
};

// What a factor is for: a step has so many of them.
template <class T>
struct Units {
  enum { size = T::halves ? 16 : 32, count = DEPTH / size };
};

// Of 16 x 8 values a thread's: two neighbours of a row, and two of the row 8 below.
__device__ __forceinline__ void mma16(const u32 *a, const u32 *b, int (&c)[4]) {
  asm("mma.sync.aligned.m16n8k16.row.col.s32.s8.s8.s32 {%0,%1,%2,%3}, {%4,%5}, {%6}, {%7,%7,%7,%7};"
      : "=r"(c[0]), "=r"(c[1]), "=r"(c[2]), "=r"(c[3])
      : "r"(a[0]), "r"(a[1]), "r"(b[0]), "r"(ZERO_BITS));
}

__device__ __forceinline__ void mma32(const u32 *a, const u32 *b, int (&c)[4]) {
  asm("mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
      "{%10,%10,%10,%10};"
      : "=r"(c[0]), "=r"(c[1]), "=r"(c[2]), "=r"(c[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "r"(ZERO_BITS));
}

// What a unit adds to a thread's sums. A factor d has 21 bits at most, so d ZERO is exact, and to
// subtract it from d (ZERO + q) is the same as d q rounded once.
//
// rows and columns are where a lane's 16 bytes are for ldmatrix, see Place; a unit of 16 takes 32 lines
// at once. d and m are the rows', scales the columns'.
template <class T, int WIDTH>
__device__ __forceinline__ void multiply(u32 rows, u32 columns, const float *d, const float *m, const uint2 *scales,
                                         int half, const Place<WIDTH> &at, float (&sum)[4][WIDTH / 8]) {
  const int regs = T::halves ? 1 : 2;  // of 8 columns
  u32 a[8], b[4];
  float zero[4], factor[4], minimum[4];
  ldmatrix(rows, a);
  if (!T::halves) ldmatrix(rows + 16 * 64, a + 4);
#pragma unroll
  for (int i = 0; i < 4; i++) {
    factor[i] = d[at.row(i)];
    zero[i] = __fmul_rn(factor[i], -ZERO);
    minimum[i] = T::minima ? -m[at.row(i)] : 0;
  }
#pragma unroll
  for (int j = 0; j < WIDTH / 16; j++) {
    if (regs * j % 4 == 0) ldmatrix(columns + 8 * 64 * j, b);
    uint4 two = *(const uint4 *)&scales[at.column(2 * j)];  // those of columns 2 j and 2 j + 1
    float d0 = __uint_as_float(two.x), d1 = __uint_as_float(two.z);
    float low0 = T::halves ? sum_of_half(two.y, half) : __uint_as_float(two.y);
    float low1 = T::halves ? sum_of_half(two.w, half) : __uint_as_float(two.w);
#pragma unroll
    for (int i = 0; i < 4; i += 2) {
      int c[4];
      if (T::halves) {
        mma16(a + i, b + j % 4, c);
      } else {
        mma32(a + 2 * i, b + 2 * (j % 2), c);
      }
#pragma unroll
      for (int r = 0; r < 2; r++) {
        float v0 = __fmaf_rn(factor[i + r], __int_as_float(c[2 * r]), zero[i + r]);
        float v1 = __fmaf_rn(factor[i + r], __int_as_float(c[2 * r + 1]), zero[i + r]);
        if (T::minima) v0 = __fmaf_rn(minimum[i + r], low0, v0), v1 = __fmaf_rn(minimum[i + r], low1, v1);
        sum[i + r][2 * j] = __fmaf_rn(d0, v0, sum[i + r][2 * j]);
        sum[i + r][2 * j + 1] = __fmaf_rn(d1, v1, sum[i + r][2 * j + 1]);
      }
    }
  }
}

extern __shared__ __align__(128) uint4 shared_memory[];

template <class T, int WIDTH>
__device__ __forceinline__ void matmul(const Tiled &t) {
  const Product &p = t.p;
  Stages<T, WIDTH> &s = *(Stages<T, WIDTH> *)shared_memory;
  static_assert(sizeof(s) <= 25 * 1024 + 256 * WIDTH, "see CudaTiles");
  Place<WIDTH> at;
  int line = threadIdx.x / CHUNKS, chunk = threadIdx.x % CHUNKS, chunks = p.k >> 5;
  int row = min((int)blockIdx.y * TILE_ROWS + line, p.rows - 1);  // what is too much goes nowhere
  u32 block = ((p.order ? blockIdx.z * p.rows : 0) + row) * (chunks / T::parts);  // fewer than 2^32
  auto unpack = [&](int step) {
    Chunk c;
    int i = min(CHUNKS * step + chunk, chunks - 1);
    T::unpack(p.w, block + i / T::parts, i % T::parts, c);
    s.w[step & 1].put(line, chunk, c);
  };
  // While four warps wait for weights, the other four multiply, and the other way round.
  const int units = Units<T>::count, size = Units<T>::size;
  int turn = threadIdx.x < 128 ? 0 : units;
  int part = t.part / DEPTH, begin = t.parts ? blockIdx.z * part : 0, end = (p.k + DEPTH - 1) / DEPTH;
  if (t.parts) end = min(end, begin + part);
  for (Columns columns(p, WIDTH); !columns.none(); columns.next(WIDTH)) {
    Copies<WIDTH> copies(columns);
    Sums<WIDTH> sums;
    sums.clear();
    copies.begin(p, s, begin, 0);
    commit_copies();
    int slot = RING - 1, part_end = min(end, begin + part);
#pragma unroll 1
    for (int step = begin - 1; step < end; step++) {  // the first one only prepares
      await_copies();
      if (step >= begin) copies.finish(s, step);
      __syncthreads();  // this step is there, and nobody reads the one before any more
      if (step + 2 < end) copies.begin(p, s, step + 2, slot == 0 ? 2 : slot - 1);
      commit_copies();
      const Weights<T, TILE_ROWS> &w = s.w[step & 1];
      u32 of_rows = shared_address(w.q) + at.template of_rows<size>();
      u32 of_columns = shared_address(s.x[slot]) + at.template of_columns<size>();
#pragma unroll 1
      for (int i = 0; i <= units; i++) {
        int unit = i - (i > turn);
        if (i == turn) {
          unpack(step + 1);
        } else if (step >= begin && (T::parts > 1 || DEPTH * step + size * unit < p.k)) {
          const uint2 *scales = s.scale[step / 2 % 2][CHUNKS * (step % 2) + unit * size / 32];
          multiply<T, WIDTH>(of_rows ^ size * unit, of_columns ^ size * unit, w.d[unit], T::minima ? w.m[unit] : 0,
                             scales, unit % 2, at, sums.v);
        }
      }
      slot = slot == RING - 1 ? 0 : slot + 1;
      if (step + 1 == part_end) {
        sums.store(t, columns, at, step < begin + part, part_end == end);
        sums.clear();
        part_end = min(end, part_end + part);
      }
    }
  }
}
