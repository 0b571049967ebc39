package dev.jora.cli.chat;

import dev.jora.chat.ChatException;
import dev.jora.chat.ChatFile;
import dev.jora.chat.Message;
import dev.jora.cli.common.Text;
import dev.jora.cli.common.UserException;
import dev.jora.gguf.IoReason;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The folder in which conversations are kept by themselves, a file for each, for their owner's eyes
 * only. The oldest go when there are more than {@link #MOST}.
 */
final class KeptChats {
  /** How many are kept. */
  static final int MOST = 200;

  /** Names of the files: when the conversation began, and in which process. */
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd_HH-mm-ss-SSS", Locale.ROOT);

  private static final String NAMES = "[0-9]*_[0-9]*.json";

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);

  private final Path folder;
  private List<Path> listed = List.of(); // last, so that numbers stay those that were shown

  /** What is kept in a folder, which need not be there yet. */
  KeptChats(Path folder) {
    this.folder = folder;
  }

  /** The user's. */
  static KeptChats usual() {
    return new KeptChats(ChatHistory.state().resolve("chats"));
  }

  /** A file of a conversation, and when it was written last. */
  private record Kept(Path file, FileTime time) {
    static Kept of(Path file) {
      try {
        return new Kept(file, Files.getLastModifiedTime(file));
      } catch (IOException e) {
        return new Kept(file, FileTime.fromMillis(0)); // another process has removed it
      }
    }
  }

  /** The kept conversations, the one that was written last first. */
  List<Path> newestFirst() {
    List<Kept> all = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, NAMES)) {
      files.forEach(file -> all.add(Kept.of(file)));
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (NotDirectoryException e) {
      throw new UserException(folder + ", where conversations are kept, is no folder", e);
    } catch (IOException e) {
      throw new UserException(folder + " cannot be read: " + IoReason.of(e), e);
    }
    all.sort(Comparator.comparing(Kept::time).thenComparing(Kept::file).reversed());
    return all.stream().map(Kept::file).toList();
  }

  /**
   * The one that was written last.
   *
   * @throws UserException if there is none
   */
  Path newest() {
    return newestFirst().stream()
        .findFirst()
        .orElseThrow(() -> new UserException("no conversation is kept in " + folder + " yet"));
  }

  /**
   * One of those that were listed last.
   *
   * @param number from 1, the newest
   */
  Path numbered(int number) {
    if (listed.isEmpty()) {
      listed = newestFirst();
    }
    if (number < 1 || number > listed.size()) {
      throw new UserException(
          "there is no such conversation: "
              + (listed.isEmpty() ? "none is kept yet" : "/history lists 1 to " + listed.size()));
    }
    return listed.get(number - 1);
  }

  /** True for a file of this folder. */
  boolean has(Path file) {
    return folder.toAbsolutePath().equals(file.toAbsolutePath().getParent());
  }

  /** A line for each: number, date, model and first words; the newest last, where one looks. */
  List<String> lines() {
    listed = newestFirst();
    List<String> lines = new ArrayList<>();
    for (int i = listed.size(); i > 0; i--) {
      lines.add(String.format(Locale.ROOT, "%3d  %s", i, line(listed.get(i - 1))));
    }
    return lines;
  }

  private static String line(Path file) {
    String date =
        DATE.format(Kept.of(file).time().toInstant().atZone(ZoneId.systemDefault())) + "  ";
    try {
      ChatFile chat = ChatFile.read(file);
      String model = chat.model() == null ? "?" : Text.plain(chat.model());
      return date + model + "  " + firstWords(chat);
    } catch (ChatException e) {
      return date + Text.plain(e.getMessage());
    }
  }

  private static String firstWords(ChatFile chat) {
    String words =
        chat.messages().stream()
            .filter(message -> message.is(Message.USER))
            .findFirst()
            .map(Message::content)
            .orElse("");
    return Text.plain(words.strip().replaceAll("\\s+", " "));
  }

  /**
   * Writes a conversation.
   *
   * @param place where it was written before; null: a file is begun, and the oldest make room
   * @return where it is now
   * @throws UserException if its folder cannot be had
   * @throws ChatException if the file cannot be written
   */
  Path write(ChatFile chat, Path place) {
    try {
      makeFolder();
      Path file = place == null ? fresh() : place;
      boolean isNew = !Files.exists(file);
      chat.write(file);
      if (isNew) {
        allow(file, "rw-------");
        removeOldest();
      }
      return file;
    } catch (IOException e) {
      throw new UserException(folder + " cannot be written: " + IoReason.of(e), e);
    }
  }

  private Path fresh() {
    String name = NAME.format(LocalDateTime.now()) + "-" + ProcessHandle.current().pid();
    Path file = folder.resolve(name + ".json");
    for (int i = 2; Files.exists(file); i++) {
      file = folder.resolve(name + "-" + i + ".json");
    }
    return file;
  }

  private void makeFolder() throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
    }
    allow(folder, "rwx------");
  }

  private static void allow(Path path, String permissions) throws IOException {
    try {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    } catch (UnsupportedOperationException e) {
      // no such permissions here
    }
  }

  private void removeOldest() throws IOException {
    List<Path> all = newestFirst();
    for (Path file : all.subList(Math.min(MOST, all.size()), all.size())) {
      Files.deleteIfExists(file);
    }
  }
}
