#include "products.cuh"

PRODUCTS(iq4_nl, IQ4_NL)
