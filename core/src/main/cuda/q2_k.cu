#include "products.cuh"

PRODUCTS(q2_k, Q2_K)
