/** What a model says of itself: its card, its name and its size as {@code general.*} keys. */
package dev.jora.convert.card;
