/**
 * Models behind HTTP: what {@code jora serve} runs, and whoever has a model in a program may run
 * too. {@link dev.jora.serve.JoraServer} puts the rooms together.
 */
package dev.jora.serve;
