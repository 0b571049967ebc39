package dev.jora.serve.schedule;

/**
 * What a slot does.
 *
 * @param id its number
 * @param busy true if a text is at work
 * @param promptTokens of that text
 * @param cached of these, had without reading
 * @param read tokens read and drawn so far
 */
public record SlotState(int id, boolean busy, int promptTokens, int cached, int read) {}
