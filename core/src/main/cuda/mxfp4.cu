#include "products.cuh"

PRODUCTS(mxfp4, MXFP4)
