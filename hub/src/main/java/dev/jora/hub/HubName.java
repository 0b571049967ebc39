package dev.jora.hub;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is asked of the hub: {@code USER/NAME}, {@code USER/NAME:QUANT} or {@code USER/NAME/FILE}.
 *
 * @param repository {@code USER/NAME}
 * @param quant what the file's name has, such as Q4_K_M; or null
 * @param file the path of one file; or null
 */
public record HubName(String repository, String quant, String file) {
  private static final String WORD = "[A-Za-z0-9_]+(?:(?:[-.]|--)[A-Za-z0-9_]+)*";
  private static final Pattern REPOSITORY = Pattern.compile(WORD + "/" + WORD);
  private static final Pattern NAME =
      Pattern.compile("([^/:]+/[^/:]+)(?::([A-Za-z0-9_.-]+)|/(.+))?");
  private static final int LONGEST = 256;

  /**
   * Reads a name.
   *
   * @throws HubException if it is none
   */
  public static HubName of(String text) {
    Matcher name = NAME.matcher(text.startsWith("hf:") ? text.substring(3) : text);
    if (!name.matches()
        || !isRepository(name.group(1))
        || name.group(3) != null && !HubFile.isInside(name.group(3))) {
      throw HubException.of(
          "'%s' names no model of the hub: USER/NAME, USER/NAME:QUANT or USER/NAME/FILE expected",
          text);
    }
    return new HubName(name.group(1), name.group(2), name.group(3));
  }

  /** True for what can be a repository's name. */
  static boolean isRepository(String text) {
    return text.length() <= LONGEST && REPOSITORY.matcher(text).matches();
  }

  /** The same repository, and in it one file. */
  public HubName withFile(String path) {
    return of(repository + "/" + path);
  }

  @Override
  public String toString() {
    return repository + (quant != null ? ":" + quant : file != null ? "/" + file : "");
  }
}
