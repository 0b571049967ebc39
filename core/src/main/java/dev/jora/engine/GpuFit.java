package dev.jora.engine;

/**
 * What of a model fits on GPUs, a margin left free.
 *
 * @param plan the most layers at the context that was asked for
 * @param context the largest with all layers there, at most the model's own; 0 if there is none
 */
public record GpuFit(OffloadPlan plan, int context) {}
