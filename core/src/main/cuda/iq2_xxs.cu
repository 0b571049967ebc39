#include "products.cuh"

PRODUCTS(iq2_xxs, IQ2_XXS)
