package dev.jora.chat;

import dev.jora.chat.CharacterBook.Conditions;
import dev.jora.chat.CharacterBook.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/** Which entries of a book are told where a talk has come to; the same whenever it is asked. */
final class Lore {
  private final CharacterBook book;
  private final Substitution names;

  /** How many there are in the talk, by who says them; −1 for the greeting: not known. */
  private final List<Message> talk;

  private final int greeting;

  private Lore(CharacterBook book, Substitution names, List<Message> talk, int greeting) {
    this.book = book;
    this.names = names;
    this.talk = talk.stream().filter(m -> !m.is(Message.SYSTEM)).toList();
    this.greeting = greeting;
  }

  /**
   * The entries that are told, in their order.
   *
   * @param talk what was said, the user's last words last
   * @param greeting with which of its greetings the character began; −1 where that is not known
   * @param tokens how many tokens a text has
   */
  static List<Entry> told(
      CharacterBook book,
      Substitution names,
      List<Message> talk,
      int greeting,
      ToIntFunction<String> tokens) {
    return new Lore(book, names, talk, greeting).within(tokens);
  }

  private List<Entry> within(ToIntFunction<String> tokens) {
    Set<Entry> active = active();
    List<Entry> told = new ArrayList<>(book.entries().stream().filter(active::contains).toList());
    if (book.tokenBudget() == 0) {
      return told;
    }
    int[] sizes = told.stream().mapToInt(e -> tokens.applyAsInt(names.in(e.content()))).toArray();
    long total = 0;
    for (int size : sizes) {
      total += size;
    }
    List<Integer> cheapest = new ArrayList<>();
    for (int i = 0; i < sizes.length; i++) {
      cheapest.add(i);
    }
    cheapest.sort(Comparator.comparingDouble(i -> told.get(i).priority()));
    Set<Integer> left = new HashSet<>();
    for (int i : cheapest) {
      if (total <= book.tokenBudget()) {
        break;
      }
      left.add(i);
      total -= sizes[i];
    }
    List<Entry> kept = new ArrayList<>();
    for (int i = 0; i < sizes.length; i++) {
      if (!left.contains(i)) {
        kept.add(told.get(i));
      }
    }
    return kept;
  }

  private Set<Entry> active() {
    Set<Entry> active = new HashSet<>();
    Set<Entry> fresh = new HashSet<>();
    for (Entry entry : book.entries()) {
      if (isTold(entry)) {
        fresh.add(entry);
      }
    }
    active.addAll(fresh);
    while (book.isRecursive() && !fresh.isEmpty()) {
      String told =
          fresh.stream()
              .filter(entry -> entry.conditions().recurses())
              .map(entry -> names.scanned(entry.content()))
              .collect(Collectors.joining("\n"));
      fresh = new HashSet<>();
      for (Entry entry : book.entries()) {
        boolean open = !active.contains(entry) && entry.conditions().isRecursed();
        if (open && isAllowed(entry) && entry.keys().areIn(told, names)) {
          fresh.add(entry);
        }
      }
      active.addAll(fresh);
    }
    return active;
  }

  private boolean isTold(Entry entry) {
    Conditions when = entry.conditions();
    if (when.isForced()) {
      return true;
    }
    if (!isAllowed(entry)) {
      return false;
    }
    boolean now = when.isConstant() || isFound(entry, talk.size());
    return now || when.keeps() && wasFound(entry);
  }

  /** All conditions but keys. */
  private boolean isAllowed(Entry entry) {
    Conditions when = entry.conditions();
    long answers = talk.stream().filter(m -> m.is(Message.ASSISTANT)).count();
    return !when.isForbidden()
        && answers >= when.after()
        && (when.every() <= 0 || answers % when.every() == 0)
        && (when.greeting() < 0 || greeting < 0 || greeting == when.greeting())
        && !(when.once() && wasFound(entry))
        && isLucky(entry);
  }

  /** True if the last messages of the first {@code end} have the keys. */
  private boolean isFound(Entry entry, int end) {
    int depth = entry.conditions().scanDepth();
    int most = depth < 0 ? book.scanDepth() : depth;
    String recent =
        talk.subList(Math.max(0, end - most), end).reversed().stream()
            .map(Message::content)
            .collect(Collectors.joining("\n"));
    return entry.keys().areIn(recent, names);
  }

  /** True if that was so at an earlier turn. */
  private boolean wasFound(Entry entry) {
    for (int end = 1; end < talk.size(); end++) {
      if (talk.get(end - 1).is(Message.USER) && isFound(entry, end)) {
        return true;
      }
    }
    return false;
  }

  /** Chance, which falls the same way for an entry and a turn each time. */
  private boolean isLucky(Entry entry) {
    double percent = entry.conditions().percent();
    long turns = talk.stream().filter(m -> m.is(Message.USER)).count();
    long seed = entry.content().hashCode() * 1_000_003L + turns;
    return percent >= 100 || new SplittableRandom(seed).nextDouble(100) < percent;
  }
}
