/**
 * GGUF files: reading them with every check a hostile file needs, and writing them byte for byte.
 * The format: versions 2 and 3, little-endian, metadata, tensor table, aligned data.
 */
package dev.jora.gguf;
