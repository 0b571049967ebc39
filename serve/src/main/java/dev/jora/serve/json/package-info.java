/** JSON as it comes from outside: what is wrong with it is a fault of the request. */
package dev.jora.serve.json;
