package dev.jora.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What was said so far, in branches that share nothing but their beginnings. The current branch is
 * what all methods speak of.
 */
public final class Conversation {
  private final Map<String, List<Message>> branches = new LinkedHashMap<>();
  private String branch;

  /** An empty conversation. */
  public Conversation() {
    this(Map.of(ChatFile.MAIN, List.of()), ChatFile.MAIN);
  }

  /**
   * A conversation that goes on.
   *
   * @param branches messages by name
   * @param branch the name of the current one
   */
  public Conversation(Map<String, List<Message>> branches, String branch) {
    branches.forEach((name, messages) -> this.branches.put(name, new ArrayList<>(messages)));
    this.branches.putIfAbsent(branch, new ArrayList<>());
    this.branch = branch;
  }

  private List<Message> current() {
    return branches.get(branch);
  }

  /** The messages, a system message first if there is one. */
  public List<Message> messages() {
    return List.copyOf(current());
  }

  /** All branches. */
  public Map<String, List<Message>> branches() {
    Map<String, List<Message>> copy = new LinkedHashMap<>();
    branches.forEach((name, messages) -> copy.put(name, List.copyOf(messages)));
    return copy;
  }

  /** Names of the branches, the oldest first. */
  public Set<String> names() {
    return branches.keySet();
  }

  /** The name of the current branch. */
  public String branch() {
    return branch;
  }

  /** The system message, if there is one. */
  public Optional<String> system() {
    return hasSystem() ? Optional.of(current().getFirst().content()) : Optional.empty();
  }

  private boolean hasSystem() {
    return !current().isEmpty() && current().getFirst().is(Message.SYSTEM);
  }

  /** Messages with another system message; an empty one is none. */
  public static List<Message> told(List<Message> messages, String system) {
    Conversation told = new Conversation();
    told.restore(messages);
    told.system(system);
    return told.messages();
  }

  /** Sets the system message; an empty one is none. */
  public void system(String text) {
    if (hasSystem()) {
      current().removeFirst();
    }
    if (!text.isEmpty()) {
      current().addFirst(Message.system(text));
    }
  }

  /** Something more is said. */
  public void add(Message message) {
    current().add(message);
  }

  /** Takes this for what was said so far. */
  public void restore(List<Message> messages) {
    branches.put(branch, new ArrayList<>(messages));
  }

  /** Takes the last message away. */
  public void removeLast() {
    current().removeLast();
  }

  /** The last message, if any was said; the system's does not count. */
  public Optional<Message> last() {
    boolean said = current().size() > (hasSystem() ? 1 : 0);
    return said ? Optional.of(current().getLast()) : Optional.empty();
  }

  /** The user's last words, if there are any. */
  public Optional<String> lastWords() {
    return current().reversed().stream()
        .filter(message -> message.is(Message.USER))
        .findFirst()
        .map(Message::content);
  }

  /** Takes back the model's last answer, so that the user's words stand last; false if it can't. */
  public boolean undoAnswer() {
    int n = current().size();
    if (n < 2
        || !current().get(n - 1).is(Message.ASSISTANT)
        || !isToBeAnswered(current().get(n - 2))) {
      return last().filter(Conversation::isToBeAnswered).isPresent();
    }
    current().removeLast();
    return true;
  }

  private static boolean isToBeAnswered(Message message) {
    return message.is(Message.USER) || message.is(Message.TOOL);
  }

  /** Takes back the user's last words and all that followed; returns them. */
  public Optional<String> undo() {
    for (int i = current().size() - 1; i >= 0; i--) {
      if (current().get(i).is(Message.USER)) {
        String words = current().get(i).content();
        current().subList(i, current().size()).clear();
        return Optional.of(words);
      }
    }
    return Optional.empty();
  }

  /** Forgets everything but the system message. */
  public void clear() {
    current().subList(hasSystem() ? 1 : 0, current().size()).clear();
  }

  /**
   * Begins a branch here and goes on in it.
   *
   * @throws ChatException if there is one of this name
   */
  public void fork(String name) {
    if (branches.containsKey(name)) {
      throw new ChatException(
          "there is a branch '" + name + "' already: " + String.join(", ", names()));
    }
    branches.put(name, new ArrayList<>(current()));
    branch = name;
  }

  /**
   * Goes on in another branch.
   *
   * @throws ChatException if there is none of this name
   */
  public void switchTo(String name) {
    if (!branches.containsKey(name)) {
      throw new ChatException("there is no branch '" + name + "': " + String.join(", ", names()));
    }
    branch = name;
  }
}
