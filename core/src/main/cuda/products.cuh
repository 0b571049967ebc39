// The kernels of a type of quantized weights; one module each, so that only those in use are loaded.
#pragma once
#include "matmul.cuh"
#include "matvec.cuh"
#include "rows.cuh"

// With blocks that are to be resident: what is left for a thread is 96, 128, 128, 255 registers.
#define MATVEC(name, T, COLS, BLOCKS)                                                     \
  extern "C" __global__ void __launch_bounds__(128, BLOCKS)                               \
      matvec_##name##_##COLS(Vectors p) {                                                 \
    matvec<T, COLS>(p);                                                                   \
  }

#if __CUDA_ARCH__ >= 800
#define MATMUL(name, T, WIDTH, BLOCKS)                                                    \
  extern "C" __global__ void __launch_bounds__(256, BLOCKS)                               \
      matmul_##name##_##WIDTH(Tiled t) {                                                  \
    matmul<T, WIDTH>(t);                                                                  \
  }
#define MATMULS(name, T)                                                                  \
  MATMUL(name, T, 32, 2)                                                                  \
  MATMUL(name, T, 64, 2)                                                                  \
  MATMUL(name, T, 128, 1)
#else
#define MATMULS(name, T)                                                                  \
  extern "C" __global__ void __launch_bounds__(128, 2) matmul_##name##_64(Tiled t) {      \
    matmul<T>(t.p);                                                                       \
  }
#endif

#define PRODUCTS(name, T)                                                                 \
  MATVEC(name, T, 1, 5)                                                                   \
  MATVEC(name, T, 2, 4)                                                                   \
  MATVEC(name, T, 4, 4)                                                                   \
  MATVEC(name, T, 8, 2)                                                                   \
  extern "C" __global__ void __launch_bounds__(128) rows_##name(RowsOf p) { rows<T>(p); } \
  MATMULS(name, T)
