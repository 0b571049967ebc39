#include "products_float.cuh"

PRODUCTS_FLOAT(f32, F32, true)
