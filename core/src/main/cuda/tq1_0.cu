#include "products.cuh"

PRODUCTS(tq1_0, TQ1_0)
