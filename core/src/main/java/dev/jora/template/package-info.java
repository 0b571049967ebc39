/**
 * Jinja as chat templates use it, with Python's meaning to the letter: parsed once, rendered under
 * limits, without reflection or access to the host. A rendered text knows which of its characters
 * are the template's own and which came from data.
 */
package dev.jora.template;
