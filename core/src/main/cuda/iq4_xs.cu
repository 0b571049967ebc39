#include "products.cuh"

PRODUCTS(iq4_xs, IQ4_XS)
