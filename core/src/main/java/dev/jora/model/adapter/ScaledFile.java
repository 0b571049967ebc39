package dev.jora.model.adapter;

import java.nio.file.Path;

/** A file of which so much is added. */
public record ScaledFile(Path file, float scale) {}
