package dev.jora.hub;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The files of a folder, however odd it is. */
final class FolderWalk {
  private FolderWalk() {}

  /**
   * All files, links to files too, in the order of their names. What cannot be read, what leads
   * nowhere or in a circle is not among them; nothing if there is no such folder.
   *
   * @param depth of folders
   * @param links whether folders that are links are entered
   */
  static List<Path> files(Path folder, int depth, boolean links) throws IOException {
    List<Path> found = new ArrayList<>();
    Set<FileVisitOption> options = links ? Set.of(FileVisitOption.FOLLOW_LINKS) : Set.of();
    Files.walkFileTree(
        folder,
        options,
        depth,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (Files.isRegularFile(file)) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException e) {
            return FileVisitResult.CONTINUE;
          }
        });
    found.sort(null);
    return found;
  }
}
