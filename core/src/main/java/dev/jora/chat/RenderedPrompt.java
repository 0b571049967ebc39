package dev.jora.chat;

import dev.jora.template.Text;

/**
 * What a template made of a conversation.
 *
 * @param text what the model is to read
 * @param ids its tokens
 */
public record RenderedPrompt(Text text, int[] ids) {}
