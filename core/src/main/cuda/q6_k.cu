#include "products.cuh"

PRODUCTS(q6_k, Q6_K)
