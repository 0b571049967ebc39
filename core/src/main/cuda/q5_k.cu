#include "products.cuh"

PRODUCTS(q5_k, Q5_K)
