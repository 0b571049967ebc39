#include "products.cuh"

PRODUCTS(iq3_s, IQ3_S)
