#include "products.cuh"

PRODUCTS(q1_0, Q1_0)
