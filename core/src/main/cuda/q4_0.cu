#include "products.cuh"

PRODUCTS(q4_0, Q4_0)
