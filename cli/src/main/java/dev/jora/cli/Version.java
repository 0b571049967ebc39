package dev.jora.cli;

import picocli.CommandLine.IVersionProvider;

/** The version, from the jar's manifest. */
final class Version implements IVersionProvider {
  /** {@code jora 1.2.3}. */
  static String line() {
    String version = Version.class.getPackage().getImplementationVersion();
    return "jora " + (version == null ? "(development)" : version);
  }

  @Override
  public String[] getVersion() {
    return new String[] {line()};
  }
}
