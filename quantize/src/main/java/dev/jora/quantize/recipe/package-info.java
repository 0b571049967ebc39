/**
 * Which tensor of a model gets which type: the recipes, the tensors they leave alone, what a shape
 * cannot take, and which tensors need an importance matrix. Pure functions over tensor tables; no
 * tensor data is read here.
 */
package dev.jora.quantize.recipe;
