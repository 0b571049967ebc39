package dev.jora.engine;

import dev.jora.backend.Backend;

/**
 * A GPU that layers can be put on.
 *
 * @param id what it is called, as {@code CUDA0}
 * @param total bytes of its memory
 * @param free bytes that were free before anything was put there
 */
public record Gpu(String id, Backend backend, long total, long free) {}
