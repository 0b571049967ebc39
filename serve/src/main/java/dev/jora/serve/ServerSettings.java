package dev.jora.serve;

import dev.jora.serve.http.Guard;
import dev.jora.serve.http.Limits;
import dev.jora.serve.http.PemKeys;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * How a server listens.
 *
 * @param address port 0 for any that is free
 * @param tls null for none
 * @param strictModels true if a request that names another model is refused
 * @param ping how long a stream is silent before it says that it is alive
 * @param version of jora, for who asks
 */
public record ServerSettings(
    InetSocketAddress address,
    PemKeys tls,
    Guard guard,
    Limits limits,
    boolean strictModels,
    Duration ping,
    String version) {}
