/** Types for a size that was asked for: which bytes buy the most. */
package dev.jora.quantize.target;
