#include "products.cuh"

PRODUCTS(nvfp4, NVFP4)
