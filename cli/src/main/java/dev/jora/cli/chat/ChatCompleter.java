package dev.jora.cli.chat;

import dev.jora.cli.common.MessageFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** Completes commands, and what they take: files, settings, branches. */
final class ChatCompleter implements Completer {
  private final Supplier<Set<String>> branches;

  ChatCompleter(Supplier<Set<String>> branches) {
    this.branches = branches;
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    List<String> words = line.words();
    if (!words.getFirst().startsWith("/")) {
      return;
    }
    if (words.size() == 1) {
      for (SlashCommand command : SlashCommand.values()) {
        candidates.add(candidate(command.word(), command.help(), true));
      }
      return;
    }
    SlashCommand command = SlashCommand.find(words.getFirst());
    if (command == null) {
      return;
    }
    switch (command.takes()) {
      case FILE -> files(line.word(), candidates);
      case SETTING -> {
        if (words.size() == 2) {
          ChatSettings.names().forEach(name -> candidates.add(candidate(name, null, true)));
        }
      }
      case BRANCH -> branches.get().forEach(name -> candidates.add(candidate(name, null, true)));
      case NOTHING, WORDS -> {}
    }
  }

  private static Candidate candidate(String value, String description, boolean complete) {
    return new Candidate(value, value, null, description, null, null, complete);
  }

  private static void files(String begun, List<Candidate> candidates) {
    int slash = begun.lastIndexOf('/') + 1;
    String folder = begun.substring(0, slash);
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(MessageFiles.path(folder.isEmpty() ? "." : folder))) {
      for (Path file : files) {
        boolean isFolder = Files.isDirectory(file);
        String name = folder + file.getFileName() + (isFolder ? "/" : "");
        candidates.add(candidate(name, null, !isFolder));
      }
    } catch (IOException | InvalidPathException e) {
      // nothing there to complete
    }
  }
}
