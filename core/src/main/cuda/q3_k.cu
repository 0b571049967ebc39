#include "products.cuh"

PRODUCTS(q3_k, Q3_K)
