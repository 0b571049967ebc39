package dev.jora.chat;

import dev.jora.chat.CharacterBook.Entry;
import java.util.ArrayList;
import java.util.List;

/** Texts that are put into the messages of a talk. */
final class Insertions {
  private final Substitution names;
  private final List<Message> messages;
  private final List<List<String>> before = new ArrayList<>();
  private final List<List<String>> after = new ArrayList<>();

  Insertions(List<Message> messages, Substitution names) {
    this.names = names;
    this.messages = new ArrayList<>(messages);
    for (int i = 0; i < messages.size(); i++) {
      before.add(new ArrayList<>());
      after.add(new ArrayList<>());
    }
  }

  /** Puts another text in the place of a part of a message. */
  void replace(int index, String part, String text) {
    Message old = messages.get(index);
    int at = old.content().indexOf(part);
    String content =
        old.content().substring(0, at) + text + old.content().substring(at + part.length());
    messages.set(index, old.saying(content));
  }

  void before(int index, String text) {
    add(before.get(index), text);
  }

  void after(int index, String text) {
    add(after.get(index), text);
  }

  private void add(List<String> texts, String text) {
    String told = names.in(text).strip();
    if (!told.isEmpty()) {
      texts.add(told);
    }
  }

  /**
   * Between the messages {@code place - 1} and {@code place}, in one of them, of its role if any.
   */
  void at(int place, Entry entry) {
    int first = messages.getFirst().is(Message.SYSTEM) ? 1 : 0;
    int at = Math.max(first, place);
    boolean character = entry.place().role().equals(Message.ASSISTANT);
    for (String role : List.of(character ? Message.ASSISTANT : Message.USER, Message.USER)) {
      if (at < messages.size() && messages.get(at).is(role)) {
        before(at, entry.content());
        return;
      }
      if (at > first && messages.get(at - 1).is(role)) {
        after(at - 1, entry.content());
        return;
      }
    }
    int near = Math.min(at, messages.size() - 1);
    before(near, entry.content());
  }

  List<Message> messages() {
    List<Message> all = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      Message old = messages.get(i);
      List<String> parts = new ArrayList<>();
      if (!before.get(i).isEmpty()) {
        parts.add(String.join("\n", before.get(i)));
      }
      if (!old.content().isEmpty() || parts.isEmpty() && after.get(i).isEmpty()) {
        parts.add(old.content());
      }
      parts.addAll(after.get(i));
      all.add(old.saying(String.join("\n\n", parts)));
    }
    return all;
  }
}
