package dev.jora.cli.serve;

import dev.jora.cli.common.TextFiles;
import dev.jora.cli.common.UserException;
import dev.jora.serve.http.Guard;
import dev.jora.serve.http.PemKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Option;

/** Where a server listens, and to whom. */
final class ListenOptions {
  private static final int MOST_PORTS = 65_535;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description =
          "Address to listen on; anything but this machine's own needs a key (default:"
              + " ${DEFAULT-VALUE}).")
  String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port to listen on; 0: any that is free (default: ${DEFAULT-VALUE}).")
  int port = 8080;

  @Option(
      names = "--api-key",
      paramLabel = "KEY",
      split = ",",
      description = "What clients must know; repeatable, or with commas.")
  List<String> keys = new ArrayList<>();

  @Option(
      names = "--api-key-file",
      paramLabel = "FILE",
      description = "The same, a key a line; a list of processes does not show it.")
  Path keyFile;

  @Option(names = "--no-key", description = "Let anybody ask who reaches the address.")
  boolean noKey;

  @Option(
      names = "--allowed-host",
      paramLabel = "NAME",
      split = ",",
      description = "Names by which clients may ask for this machine besides localhost; *: all.")
  List<String> hosts = new ArrayList<>();

  @Option(
      names = "--cors-origin",
      paramLabel = "URL",
      split = ",",
      description =
          "Web pages that may ask, by their origin: https://lite.koboldai.net; localhost: all of"
              + " this machine; *: all.")
  List<String> origins = new ArrayList<>();

  @Option(
      names = "--ssl-cert-file",
      paramLabel = "FILE",
      description = "Certificate in PEM: listen over TLS.")
  Path certificate;

  @Option(names = "--ssl-key-file", paramLabel = "FILE", description = "Its key in PEM.")
  Path certificateKey;

  /** The address. */
  InetSocketAddress address() {
    if (port < 0 || port > MOST_PORTS) {
      throw UserException.usage("--port takes 0 to " + MOST_PORTS + ", not " + port);
    }
    try {
      return new InetSocketAddress(InetAddress.getByName(host), port);
    } catch (UnknownHostException e) {
      throw UserException.usage("--host '" + host + "' is no address of this machine");
    }
  }

  /** Who may ask. */
  Guard guard() {
    List<String> all = new ArrayList<>(keys);
    if (keyFile != null) {
      all.addAll(read());
    }
    all.removeIf(String::isBlank);
    boolean loopback = address().getAddress().isLoopbackAddress();
    if (all.isEmpty() && (!keys.isEmpty() || keyFile != null)) {
      throw UserException.usage("--api-key: a key has a character");
    }
    if (all.isEmpty() && !loopback && !noKey) {
      throw UserException.usage(
          "--host "
              + host
              + " can be reached from other machines: give --api-key KEY, which clients must know,"
              + " or --no-key to let everybody ask");
    }
    Set<String> names = new TreeSet<>();
    hosts.forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    return new Guard(all, names, Set.copyOf(origins), loopback);
  }

  private List<String> read() {
    TextFiles.check(keyFile);
    try {
      return Files.readAllLines(keyFile).stream().map(String::strip).toList();
    } catch (IOException e) {
      throw new UserException(keyFile + " cannot be read as UTF-8 text", e);
    }
  }

  /** Certificate and key, or null. */
  PemKeys tls() {
    if ((certificate == null) != (certificateKey == null)) {
      throw UserException.usage("TLS needs both --ssl-cert-file and --ssl-key-file");
    }
    if (certificate == null) {
      return null;
    }
    TextFiles.check(certificate);
    TextFiles.check(certificateKey);
    return new PemKeys(certificate, certificateKey);
  }

  /** What a browser or client is told. */
  String url(int actual) {
    String name = host.contains(":") ? "[" + host + "]" : host;
    return (certificate == null ? "http://" : "https://") + name + ":" + actual;
  }
}
