#include "products.cuh"

PRODUCTS(iq2_s, IQ2_S)
