// Operations on rows of floats, value by value: a block takes 256 columns of a row.
#include "float_math.cuh"

struct Values {
  float *x;
  int cols, stride;
};

struct Pair {
  float *x;
  const float *other;
  int cols, stride, other_stride;
};

__device__ __forceinline__ int column() { return blockIdx.x * 256 + threadIdx.x; }

// x = f(x).
struct Activate {
  Values v;
  int f;
};

extern "C" __global__ void __launch_bounds__(256) activate_rows(Activate p) {
  int c = column();
  if (c >= p.v.cols) return;
  float *x = p.v.x + (size_t)blockIdx.y * p.v.stride + c;
  *x = activate(p.f, *x);
}

// xIELU: see dev.jora.backend.Xielu.
struct Xielu {
  Values v;
  float positive, negative, beta, eps;
};

extern "C" __global__ void __launch_bounds__(256) xielu_rows(Xielu p) {
  int c = column();
  if (c >= p.v.cols) return;
  float *at = p.v.x + (size_t)blockIdx.y * p.v.stride + c;
  float x = *at;
  *at = x > 0.0f ? p.positive * x * x + p.beta * x
                 : (expm1f(fminf(x, p.eps)) - x) * p.negative + p.beta * x;
}

// gate = what gate and up make together.
struct Glu {
  Pair v;
  Gate gate;
};

extern "C" __global__ void __launch_bounds__(256) glu_rows(Glu p) {
  int c = column();
  if (c >= p.v.cols) return;
  float *x = p.v.x + (size_t)blockIdx.y * p.v.stride + c;
  *x = meet(p.gate, *x, p.v.other[(size_t)blockIdx.y * p.v.other_stride + c]);
}

// x += scale other.
struct Add {
  Pair v;
  float scale;
};

extern "C" __global__ void __launch_bounds__(256) add_rows(Add p) {
  int c = column();
  if (c >= p.v.cols) return;
  float *x = p.v.x + (size_t)blockIdx.y * p.v.stride + c;
  *x = __fmaf_rn(p.scale, p.v.other[(size_t)blockIdx.y * p.v.other_stride + c], *x);
}

// x *= other. The stride of other is 0 for a vector.
extern "C" __global__ void __launch_bounds__(256) times_rows(Pair p) {
  int c = column();
  if (c >= p.cols) return;
  p.x[(size_t)blockIdx.y * p.stride + c] *= p.other[(size_t)blockIdx.y * p.other_stride + c];
}

// x *= sigmoid of one number for the row.
extern "C" __global__ void __launch_bounds__(256) scale_by_sigmoid(Pair p) {
  int c = column();
  if (c >= p.cols) return;
  float gate = p.other[(size_t)blockIdx.y * p.other_stride];
  p.x[(size_t)blockIdx.y * p.stride + c] *= sigmoid(finite(gate));
}

// x *= scale; with a cap x = cap tanh(x / cap).
struct Scaled {
  Values v;
  float scale;
};

extern "C" __global__ void __launch_bounds__(256) scale_rows(Scaled p) {
  int c = column();
  if (c < p.v.cols) p.v.x[(size_t)blockIdx.y * p.v.stride + c] *= p.scale;
}

extern "C" __global__ void __launch_bounds__(256) softcap_rows(Scaled p) {
  int c = column();
  if (c >= p.v.cols) return;
  float *x = p.v.x + (size_t)blockIdx.y * p.v.stride + c;
  *x = p.scale * tanhf(finite(*x) / p.scale);
}

// x *= 1 + scale ln(1 + floor(position / period)).
struct Temper {
  float *x;
  const int *positions;
  int cols, stride, period;
  float scale;
};

extern "C" __global__ void __launch_bounds__(256) temper_rows(Temper p) {
  int c = column();
  if (c >= p.cols) return;
  float step = (float)(p.positions[blockIdx.y] / p.period);
  p.x[(size_t)blockIdx.y * p.stride + c] *= 1.0f + p.scale * log1pf(step);
}

// *flag = 1 if a value is not finite.
struct Finite {
  const float *x;
  int *flag;
  int cols, stride;
};

extern "C" __global__ void __launch_bounds__(256) find_not_finite(Finite p) {
  int c = column();
  if (c >= p.cols) return;
  float x = p.x[(size_t)blockIdx.y * p.stride + c];
  if (!(fabsf(x) <= 3.402823466e38f)) *p.flag = 1;
}

// Runs of rows: run r of a row begins at from + r step.
struct Runs {
  int count, from, step, stride;
};

// Rows of x that `rows` names, or all in order, to out; run r of out is run r mod count of x.
struct Copy {
  const float *x;
  const int *rows;
  float *out;
  Runs in, to;
  int width;
};

extern "C" __global__ void __launch_bounds__(256) copy_runs(Copy p) {
  int c = column();
  if (c >= p.width * p.to.count) return;
  int run = c / p.width, j = c - run * p.width, row = blockIdx.y;
  size_t source = (size_t)(p.rows ? p.rows[row] : row) * p.in.stride;
  p.out[(size_t)row * p.to.stride + p.to.from + run * p.to.step + j] =
      p.x[source + p.in.from + run % p.in.count * p.in.step + j];
}
