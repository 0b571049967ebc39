/** Models from the Hugging Face hub, and those that other programs have on the disk. */
package dev.jora.hub;
