package dev.jora.gguf;

import java.util.List;

/**
 * What stands before the data of one file.
 *
 * @param alignment bytes: every tensor starts at a multiple of it
 * @param dataStart where the data section starts in the file
 * @param end bytes of the file that header and data take, without padding after the last tensor
 */
record GgufHeader(
    int version,
    GgufMetadata metadata,
    List<TensorInfo> infos,
    int alignment,
    long dataStart,
    long end) {}
