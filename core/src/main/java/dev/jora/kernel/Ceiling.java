package dev.jora.kernel;

/**
 * A limit of the machine that a kernel set's products run against: a loop of nothing but the
 * instruction they live on, with all operands in registers. How fast it is says what a product
 * could reach at most.
 *
 * @param name the instruction: {@code FMA}, {@code VNNI}, {@code AMX}
 * @param macs multiply-adds of one {@code loop}, some milliseconds' worth
 * @param loop runs on the calling thread, and on several threads at once
 */
public record Ceiling(String name, long macs, Runnable loop) {}
