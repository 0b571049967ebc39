package dev.jora.hub;

import java.nio.file.Path;

/**
 * A model that is on the disk.
 *
 * @param store {@code hf}, {@code ollama} or {@code lmstudio}
 * @param name what the store calls it
 * @param kind {@code gguf} or {@code safetensors}
 * @param bytes of all its files
 * @param path its file, of a set the first part; or its folder
 */
public record LocalModel(String store, String name, String kind, long bytes, Path path) {}
