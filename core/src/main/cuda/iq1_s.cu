#include "products.cuh"

PRODUCTS(iq1_s, IQ1_S)
