/**
 * What texts leave behind on a backend, as far as it is the same on all: pages of keys and values
 * that forks share, versions of recurrent states, and the states made of them. Where the memory is,
 * and how it is copied, is a backend's matter.
 */
package dev.jora.backend.state;
