// Products of many columns with weights that are not quantized.
#pragma once
#include "floats.cuh"
#include "tile.cuh"

#define FLOAT_DEPTH 32  // of k at a time

#if __CUDA_ARCH__ >= 800
#include "matmul_float_mma.cuh"
#else
#include "matmul_float_fma.cuh"
#endif
