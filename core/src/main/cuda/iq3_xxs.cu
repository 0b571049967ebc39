#include "products.cuh"

PRODUCTS(iq3_xxs, IQ3_XXS)
