#include "products.cuh"

PRODUCTS(iq1_m, IQ1_M)
