package dev.jora.backend.cuda;

/**
 * What the compiler made of a kernel.
 *
 * @param registers of a thread
 * @param localBytes of a thread, in the device's memory: 0 where nothing spills
 * @param sharedBytes of a block, without those that a launch adds
 * @param threads the most of a block
 */
public record FunctionFacts(int registers, int localBytes, int sharedBytes, int threads) {}
