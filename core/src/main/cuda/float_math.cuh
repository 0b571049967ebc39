// Functions of one float. What is not a number, or infinite, must stay visible: a bounded function
// of it is NaN.
#pragma once
#include "common.cuh"

// x, or NaN where x is not finite.
__device__ __forceinline__ float finite(float x) { return __fmaf_rn(0.0f, x, x); }

__device__ __forceinline__ float sigmoid(float x) { return 1.0f / (1.0f + expf(-x)); }

// ln(1 + e^x).
__device__ __forceinline__ float softplus(float x) { return x > 20.0f ? x : log1pf(expf(x)); }

// dev.jora.kernel.Activation, by ordinal.
enum { SILU, GELU, QUICK_GELU, SIGMOID, RELU_SQUARED };

__device__ __forceinline__ float activate(int f, float x) {
  switch (f) {
    case SILU:
      return x * sigmoid(x);
    case GELU:
      return 0.5f * x * (1.0f + tanhf(0.79788456080286535588f * x * (1.0f + 0.044715f * x * x)));
    case QUICK_GELU:
      return x * sigmoid(1.702f * x);
    case SIGMOID:
      return sigmoid(finite(x));
    default:
      return x > 0.0f ? x * x : 0.0f * x;
  }
}

// How the two halves of a gated block meet: dev.jora.backend.Gate.
struct Gate {
  int f;
  float limit, bias;
};

// f(gate) up, or with a limit f(min(gate, limit)) (clamp(up) + bias).
__device__ __forceinline__ float meet(const Gate &g, float gate, float up) {
  if (g.limit != 0.0f) {
    gate = fminf(finite(gate), g.limit) + (finite(gate) - finite(gate));
    up = fmaxf(fminf(finite(up), g.limit), -g.limit) + (finite(up) - finite(up));
  }
  return __fmul_rn(activate(g.f, gate), __fadd_rn(up, g.bias));
}
