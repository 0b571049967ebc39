/** The check of the day a card is there, {@code scripts/test-cuda}; it runs in software as well. */
package dev.jora.backend.cuda.card;
