#include "products.cuh"

PRODUCTS(q8_0, Q8_0)
