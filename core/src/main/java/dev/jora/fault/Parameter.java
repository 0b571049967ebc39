package dev.jora.fault;

/**
 * A parameter in a {@link Sentence}.
 *
 * @param name in lower case, its words separated by underscores
 */
public record Parameter(String name) {
  @Override
  public String toString() {
    return name;
  }
}
