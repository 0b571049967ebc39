/** A model that is served: its names, its scheduler, its formats of conversations, its grammars. */
package dev.jora.serve.model;
