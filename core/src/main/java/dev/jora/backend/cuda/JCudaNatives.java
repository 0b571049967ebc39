package dev.jora.backend.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/**
 * JCuda's native library, from our jar to a folder that nobody else can write. JCuda itself would
 * take whatever lies under its name in the folder for temporary files, which all users share.
 */
final class JCudaNatives {
  private static final String VERSION = "12.6.0";

  private JCudaNatives() {}

  /** File name of one of JCuda's libraries on this system, as {@code JCudaDriver}. */
  static String fileName(String library) {
    String system =
        System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows")
            ? "windows"
            : "linux";
    return System.mapLibraryName("%s-%s-%s-x86_64".formatted(library, VERSION, system));
  }

  /**
   * Loads the library that calls the driver.
   *
   * @param firstUse of JCuda's class, which finds the library then
   * @throws IOException if there is no folder to keep it in
   * @throws LinkageError if the system does not load it
   */
  static void load(Runnable firstUse) throws IOException {
    String name = fileName("JCudaDriver");
    byte[] content;
    try (InputStream in = JCudaNatives.class.getResourceAsStream("lib/" + name)) {
      if (in == null) {
        throw new IOException("jora's jar has no " + name);
      }
      content = in.readAllBytes();
    }
    load(keep(cache(), name, content), firstUse);
  }

  /** Loads a library of JCuda from where it lies. */
  @SuppressWarnings("restricted") // whoever asks for a card asks for its driver
  static void load(Path file, Runnable firstUse) {
    System.load(file.toString()); // here a fault has a short message
    // JCuda looks into the folder for temporary files, and there finds the one that is loaded.
    synchronized (JCudaNatives.class) {
      String before = System.setProperty("java.io.tmpdir", file.getParent().toString());
      try {
        firstUse.run();
      } finally {
        System.setProperty("java.io.tmpdir", before);
      }
    }
  }

  private static Path cache() {
    for (String variable : new String[] {"XDG_CACHE_HOME", "LOCALAPPDATA"}) {
      String folder = System.getenv(variable);
      if (folder != null && Path.of(folder).isAbsolute()) {
        return Path.of(folder, "jora", "natives");
      }
    }
    return Path.of(System.getProperty("user.home"), ".cache", "jora", "natives");
  }

  /**
   * A file of this name and content in a folder of the user's alone: below {@code cache}, named by
   * the content, or where that cannot be, one that goes when the JVM does.
   */
  static Path keep(Path cache, String name, byte[] content) throws IOException {
    try {
      Path folder = Files.createDirectories(cache.toAbsolutePath().resolve(digest(content)));
      makePrivate(folder);
      return write(folder.resolve(name), content);
    } catch (IOException | UncheckedIOException notThere) {
      Path folder = Files.createTempDirectory("jora-natives");
      folder.toFile().deleteOnExit();
      Path file = write(folder.resolve(name), content);
      file.toFile().deleteOnExit();
      return file;
    }
  }

  /** Fails where the folder is somebody else's. */
  private static void makePrivate(Path folder) throws IOException {
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }
  }

  private static Path write(Path file, byte[] content) throws IOException {
    if (Files.isRegularFile(file) && Arrays.equals(Files.readAllBytes(file), content)) {
      return file;
    }
    Path part = Files.createTempFile(file.getParent(), "", ".part");
    try {
      Files.write(part, content);
      try {
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException plain) {
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      Files.deleteIfExists(part);
    }
    return file;
  }

  private static String digest(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
