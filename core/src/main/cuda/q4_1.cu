#include "products.cuh"

PRODUCTS(q4_1, Q4_1)
