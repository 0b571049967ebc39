/**
 * The {@code jora} command: its entry, its help, and the commands that are a class or two; the
 * others have packages of their own, and what they share lies in {@link dev.jora.cli.common}. No
 * arithmetic of models here. stdout carries results only; everything else goes to stderr.
 */
package dev.jora.cli;
