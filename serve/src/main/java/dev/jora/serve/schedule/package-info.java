/**
 * Many texts of one model at once: one thread owns the engine ({@link
 * dev.jora.serve.schedule.Scheduler}), others bring jobs and follow them.
 */
package dev.jora.serve.schedule;
