#include "products_float.cuh"

PRODUCTS_FLOAT(bf16, BF16, false)
