package dev.jora.backend;

/**
 * Memory of a device in bytes.
 *
 * @param available what can still be taken without pushing others out
 * @param held what rooms of this backend hold: activations, weights that were copied, states
 */
public record DeviceMemory(long available, long held) {}
