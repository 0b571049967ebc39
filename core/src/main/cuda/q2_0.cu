#include "products.cuh"

PRODUCTS(q2_0, Q2_0)
