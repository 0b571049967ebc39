package dev.jora.backend.cuda.software;

import dev.jora.backend.cuda.Grid;

/**
 * A kernel with all it needs to run.
 *
 * @param symbols addresses of the module's variables
 * @param params bytes of its parameters
 * @param dynamic bytes of shared memory that the launch adds
 */
record Launch(
    PtxKernel kernel,
    java.util.Map<String, Long> symbols,
    DeviceMemory memory,
    Grid grid,
    int threads,
    int dynamic,
    byte[] params,
    Traffic traffic) {}
