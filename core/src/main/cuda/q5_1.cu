#include "products.cuh"

PRODUCTS(q5_1, Q5_1)
