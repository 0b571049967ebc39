/**
 * Between the engine's thread and those of requests: what is drawn becomes events, which are sent
 * as fast as their reader takes them.
 */
package dev.jora.serve.write;
