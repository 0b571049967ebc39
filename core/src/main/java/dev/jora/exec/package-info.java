/** Threads: the pool of workers that every parallel operation runs on. */
package dev.jora.exec;
