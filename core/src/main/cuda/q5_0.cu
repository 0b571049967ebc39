#include "products.cuh"

PRODUCTS(q5_0, Q5_0)
