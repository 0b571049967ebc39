package dev.jora.backend;

/**
 * One of several products that share their input: out[n, m] = x[n, k] · weight[m, k]ᵀ + bias[m].
 *
 * @param bias a vector, or null
 */
public record Product(Weight weight, Weight bias, Buffer out) {}
