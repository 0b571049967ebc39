package dev.jora.cli.common;

import picocli.CommandLine.IVersionProvider;

/** The version, from the jar's manifest. */
public final class Version implements IVersionProvider {
  /** {@code jora 1.2.3}. */
  public static String line() {
    String version = Version.class.getPackage().getImplementationVersion();
    return "jora " + (version == null ? "(development)" : version);
  }

  @Override
  public String[] getVersion() {
    return new String[] {line()};
  }
}
