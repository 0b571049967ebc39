/**
 * HTTP: requests and answers as handlers see them ({@link dev.jora.serve.http.Exchange}), who may
 * ask ({@link dev.jora.serve.http.Guard}), and the server that carries them. Nothing here knows of
 * models.
 */
package dev.jora.serve.http;
