#include "products.cuh"

PRODUCTS(iq2_xs, IQ2_XS)
