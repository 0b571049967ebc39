#include "products.cuh"

PRODUCTS(tq2_0, TQ2_0)
