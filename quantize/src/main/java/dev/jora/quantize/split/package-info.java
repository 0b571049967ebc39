/** Model files cut into shards and put together again, in little memory and without a loss. */
package dev.jora.quantize.split;
