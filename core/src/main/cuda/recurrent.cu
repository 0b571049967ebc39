// Recurrent layers: a text's rows of a pass one after the other, in blocks that share out columns or
// heads. States are those of dev.jora.backend.RecurrentSpec: inputs of the convolution, then cells.
#include "float_math.cuh"

// What texts have of a pass: rows [row, row + count), and a state.
struct Texts {
  const long long *states;  // addresses
  const int *row;
  const int *count;
};

struct Convolve {
  Texts t;
  const float *x;
  const float *kernel;  // [taps][channels]
  const float *bias;    // or null
  float *out;
  int channels, taps, x_stride, out_stride;
};

enum { MOST_TAPS = 8 };

// A thread for each column of each text.
extern "C" __global__ void __launch_bounds__(128) convolve(Convolve p) {
  int c = blockIdx.x * 128 + threadIdx.x;
  if (c >= p.channels) return;
  float *before = (float *)p.t.states[blockIdx.y];
  float window[MOST_TAPS], kernel[MOST_TAPS];
#pragma unroll
  for (int j = 0; j < MOST_TAPS; j++) {
    kernel[j] = j < p.taps ? p.kernel[j * p.channels + c] : 0.0f;
    window[j] = j > 0 && j < p.taps ? before[(j - 1) * p.channels + c] : 0.0f;
  }
  float start = p.bias ? p.bias[c] : 0.0f;
  int row = p.t.row[blockIdx.y], end = row + p.t.count[blockIdx.y];
  for (; row < end; row++) {
    float x = p.x[(size_t)row * p.x_stride + c], sum = start;
#pragma unroll
    for (int j = 0; j < MOST_TAPS; j++) {
      window[j] = j == p.taps - 1 ? x : j + 1 < MOST_TAPS ? window[j + 1] : 0.0f;
      if (j < p.taps) sum += kernel[j] * window[j];
    }
    p.out[(size_t)row * p.out_stride + c] = sum;
  }
#pragma unroll
  for (int j = 1; j < MOST_TAPS; j++) {
    if (j < p.taps) before[(j - 1) * p.channels + c] = window[j];
  }
}

// Likewise with any number of taps: what a token sees is read from where it is.
extern "C" __global__ void __launch_bounds__(128) convolve_long(Convolve p) {
  int c = blockIdx.x * 128 + threadIdx.x;
  if (c >= p.channels) return;
  float *before = (float *)p.t.states[blockIdx.y] + c;
  const float *x = p.x + (size_t)p.t.row[blockIdx.y] * p.x_stride + c;
  float *out = p.out + (size_t)p.t.row[blockIdx.y] * p.out_stride + c;
  float start = p.bias ? p.bias[c] : 0.0f;
  int kept = p.taps - 1, count = p.t.count[blockIdx.y];
  for (int i = 0; i < count; i++) {
    float sum = start;
    for (int j = 0; j < p.taps; j++) {
      int at = i - kept + j;
      float seen =
          at < 0 ? before[(size_t)(at + kept) * p.channels] : x[(size_t)at * p.x_stride];
      sum += p.kernel[(size_t)j * p.channels + c] * seen;
    }
    out[(size_t)i * p.out_stride] = sum;
  }
  for (int j = 0; j < kept; j++) {
    int at = count - kept + j;
    before[(size_t)j * p.channels] =
        at < 0 ? before[(size_t)(at + kept) * p.channels] : x[(size_t)at * p.x_stride];
  }
}

// See dev.jora.backend.Scan.
struct Scan {
  Texts t;
  long long cells;  // bytes from a state's begin
  const float *x, *dt, *b, *c, *a, *d;
  float *out;
  int heads, head_dim, states, groups, rates;  // rates: of each head, states or 1
  int x_stride, dt_stride, b_stride, c_stride, out_stride;
};

enum { MOST_STATES = 8 };  // of each lane

// A warp for each value of a head of a text; a block has four.
extern "C" __global__ void __launch_bounds__(128) scan(Scan p) {
  int lane = threadIdx.x & 31, column = blockIdx.x * 4 + (threadIdx.x >> 5);
  if (column >= p.heads * p.head_dim) return;
  int head = column / p.head_dim, group = head / (p.heads / p.groups) * p.states;
  float *cells = (float *)(p.t.states[blockIdx.y] + p.cells) + (size_t)column * p.states;
  float s[MOST_STATES], rate[MOST_STATES];
#pragma unroll
  for (int j = 0; j < MOST_STATES; j++) {
    int k = lane + 32 * j;
    bool inside = k < p.states;
    s[j] = inside ? cells[k] : 0.0f;
    rate[j] = inside ? finite(p.a[head * p.rates + (p.rates == 1 ? 0 : k)]) : 0.0f;
  }
  float skip = p.d[head];
  int row = p.t.row[blockIdx.y], end = row + p.t.count[blockIdx.y];
  for (; row < end; row++) {
    float delta = softplus(finite(p.dt[(size_t)row * p.dt_stride + head]));
    float x = p.x[(size_t)row * p.x_stride + column], sum = 0.0f;
    const float *b = p.b + (size_t)row * p.b_stride + group;
    const float *c = p.c + (size_t)row * p.c_stride + group;
#pragma unroll
    for (int j = 0; j < MOST_STATES; j++) {
      int k = lane + 32 * j;
      if (k < p.states) {
        s[j] = expf(delta * rate[j]) * s[j] + delta * x * b[k];
        sum += s[j] * c[k];
      }
    }
    sum = warp_sum(sum);
    if (lane == 0) p.out[(size_t)row * p.out_stride + column] = sum + skip * x;
  }
#pragma unroll
  for (int j = 0; j < MOST_STATES; j++) {
    if (lane + 32 * j < p.states) cells[lane + 32 * j] = s[j];
  }
}

// Likewise with any number of states, which stay in memory.
extern "C" __global__ void __launch_bounds__(128) scan_long(Scan p) {
  int lane = threadIdx.x & 31, column = blockIdx.x * 4 + (threadIdx.x >> 5);
  if (column >= p.heads * p.head_dim) return;
  int head = column / p.head_dim, group = head / (p.heads / p.groups) * p.states;
  float *cells = (float *)(p.t.states[blockIdx.y] + p.cells) + (size_t)column * p.states;
  const float *a = p.a + (size_t)head * p.rates;
  float skip = p.d[head];
  int row = p.t.row[blockIdx.y], end = row + p.t.count[blockIdx.y];
  for (; row < end; row++) {
    float delta = softplus(finite(p.dt[(size_t)row * p.dt_stride + head]));
    float x = p.x[(size_t)row * p.x_stride + column], sum = 0.0f;
    const float *b = p.b + (size_t)row * p.b_stride + group;
    const float *c = p.c + (size_t)row * p.c_stride + group;
    for (int k = lane; k < p.states; k += 32) {
      float s = expf(delta * finite(a[p.rates == 1 ? 0 : k])) * cells[k] + delta * x * b[k];
      cells[k] = s;
      sum += s * c[k];
    }
    sum = warp_sum(sum);
    if (lane == 0) p.out[(size_t)row * p.out_stride + column] = sum + skip * x;
  }
}

// See dev.jora.backend.Delta.
struct Delta {
  Texts t;
  long long cells;
  const float *q, *k, *v, *alpha, *b, *a, *bias;
  float *out;
  int heads, key_heads, tiled, key_dim, value_dim;
  int q_stride, k_stride, v_stride, alpha_stride, b_stride, out_stride;
  float eps;
};

__device__ __forceinline__ float block_sum(float v, float *parts) {
  v = warp_sum(v);
  __syncthreads();
  if ((threadIdx.x & 31) == 0) parts[threadIdx.x >> 5] = v;
  __syncthreads();
  return (parts[0] + parts[1]) + (parts[2] + parts[3]);
}

// A block for each head of a text, a thread for each value (or each 128th); dynamic shared memory:
// 2 key_dim floats.
extern "C" __global__ void __launch_bounds__(128) delta_rule(Delta p) {
  extern __shared__ float memory[];
  __shared__ float parts[4];
  float *q = memory, *k = memory + p.key_dim;
  int head = blockIdx.x, t = threadIdx.x;
  int key_head = p.tiled ? head % p.key_heads : head / (p.heads / p.key_heads);
  float *state = (float *)(p.t.states[blockIdx.y] + p.cells);
  state += (size_t)head * p.key_dim * p.value_dim;
  float a = finite(p.a[head]), bias = p.bias[head];
  int row = p.t.row[blockIdx.y], end = row + p.t.count[blockIdx.y];
  for (; row < end; row++) {
    const float *own_q = p.q + (size_t)row * p.q_stride + key_head * p.key_dim;
    const float *own_k = p.k + (size_t)row * p.k_stride + key_head * p.key_dim;
    float qq = 0.0f, kk = 0.0f;
    for (int i = t; i < p.key_dim; i += 128) {
      q[i] = own_q[i];
      k[i] = own_k[i];
      qq += q[i] * q[i];
      kk += k[i] * k[i];
    }
    float q_length = fmaxf(sqrtf(block_sum(qq, parts)), p.eps) + finite(qq) - finite(qq);
    float k_length = fmaxf(sqrtf(block_sum(kk, parts)), p.eps) + finite(kk) - finite(kk);
    float q_scale = 1.0f / (q_length * sqrtf((float)p.key_dim)), k_scale = 1.0f / k_length;
    float x = finite(p.alpha[(size_t)row * p.alpha_stride + head] + bias);
    float keep = expf(a * softplus(x));
    float beta = sigmoid(finite(p.b[(size_t)row * p.b_stride + head]));
    for (int i = t; i < p.key_dim; i += 128) {
      q[i] *= q_scale;
      k[i] *= k_scale;
    }
    __syncthreads();
    for (int j = t; j < p.value_dim; j += 128) {
      float seen = 0.0f, y = 0.0f;
      for (int i = 0; i < p.key_dim; i++) {
        seen += state[(size_t)i * p.value_dim + j] * keep * k[i];
      }
      float v = p.v[(size_t)row * p.v_stride + head * p.value_dim + j];
      float change = (v - seen) * beta;
      for (int i = 0; i < p.key_dim; i++) {
        float *at = state + (size_t)i * p.value_dim + j;
        float s = *at * keep + k[i] * change;
        *at = s;
        y += s * q[i];
      }
      p.out[(size_t)row * p.out_stride + head * p.value_dim + j] = y;
    }
    __syncthreads();
  }
}
