/**
 * The {@code jora} command: one class per subcommand, options that several share as mixins, and
 * what a terminal needs. No arithmetic of models here. stdout carries results only; everything else
 * goes to stderr.
 */
package dev.jora.cli;
