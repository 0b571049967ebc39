#include "products.cuh"

PRODUCTS(q4_k, Q4_K)
