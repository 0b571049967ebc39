#include "products_float.cuh"

PRODUCTS_FLOAT(f16, F16, true)
