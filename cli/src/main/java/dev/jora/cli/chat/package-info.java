/**
 * {@code jora chat}: what is said, what is shown of it, and the commands that begin with a slash.
 */
package dev.jora.cli.chat;
