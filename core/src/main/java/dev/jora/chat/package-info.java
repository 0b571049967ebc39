/**
 * Conversations as prompts: which template a model's chat has, what it makes of messages, and the
 * tokens of that, among which no user's text is ever a control token.
 */
package dev.jora.chat;
