// The kernels of a type of quantized weights; one module each, so that only those in use are loaded.
#pragma once
#include "matmul.cuh"
#include "matvec.cuh"
#include "rows.cuh"

// With blocks that are to be resident: what is left for a thread is 96, 96, 128, 168 registers.
#define MATVEC(name, T, COLS, BLOCKS)                                                     \
  extern "C" __global__ void __launch_bounds__(128, BLOCKS)                               \
      matvec_##name##_##COLS(Vectors p) {                                                 \
    matvec<T, COLS>(p);                                                                   \
  }

#define PRODUCTS(name, T)                                                                 \
  MATVEC(name, T, 1, 5)                                                                   \
  MATVEC(name, T, 2, 5)                                                                   \
  MATVEC(name, T, 4, 4)                                                                   \
  MATVEC(name, T, 8, 3)                                                                   \
  extern "C" __global__ void __launch_bounds__(128) rows_##name(RowsOf p) { rows<T>(p); } \
  extern "C" __global__ void __launch_bounds__(128, 2) matmul_##name(Product p) { matmul<T>(p); }
