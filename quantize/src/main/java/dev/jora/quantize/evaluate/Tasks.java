package dev.jora.quantize.evaluate;

import dev.jora.gguf.Utf8;
import dev.jora.sampling.Mt19937;
import dev.jora.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A file of tasks, each of which becomes a question. */
public sealed interface Tasks permits HellaSwag, Winogrande, MultipleChoice {
  /** How many there are. */
  int size();

  /** What of the file is no task that can be asked, a sentence for each. */
  List<String> passedOver();

  /**
   * Some tasks, in the order that llama.cpp asks them.
   *
   * @param wanted how many; 0 or more than there are: all
   */
  List<Question> questions(int wanted, Tokenizer tokenizer);

  /** The lines of a file, without the mark that some editors begin it with. */
  static List<String> lines(byte[] file) {
    String text = Utf8.decode(file);
    String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
    return content.isEmpty() ? List.of() : Arrays.asList(content.split("\r?\n", -1));
  }

  /** Refuses a file without a task that can be asked. */
  static void requireSome(String kind, List<?> tasks, List<String> passedOver, String name) {
    if (tasks.isEmpty()) {
      throw new EvaluateException(
          passedOver.isEmpty()
              ? "%s has no %s tasks".formatted(name, kind)
              : "%s, %s".formatted(name, passedOver.getFirst()));
    }
  }

  /** {@code wanted} of {@code size} tasks by lot, as HellaSwag's are drawn: all are shuffled. */
  static int[] shuffled(int size, int wanted) {
    Mt19937 random = new Mt19937(1);
    List<Integer> left = new ArrayList<>(IntStream.range(0, size).boxed().toList());
    return IntStream.range(0, wanted).map(i -> left.remove(random.nextInt(left.size()))).toArray();
  }

  /**
   * {@code wanted} of {@code size} tasks by lot, as the other tasks are drawn: all of them stay in
   * order; of some, the place of one that is drawn goes to the last of those left.
   */
  static int[] drawn(int size, int wanted) {
    if (wanted >= size) {
      return IntStream.range(0, size).toArray();
    }
    Mt19937 random = new Mt19937(1);
    List<Integer> left = new ArrayList<>(IntStream.range(0, size).boxed().toList());
    int[] drawn = new int[wanted];
    for (int i = 0; i < wanted; i++) {
      float share = 0x1p-32f * Integer.toUnsignedLong(random.nextInt());
      int j = Math.min((int) (share * left.size()), left.size() - 1); // a float may round up to 1
      drawn[i] = left.get(j);
      left.set(j, left.getLast());
      left.removeLast();
    }
    return drawn;
  }

  /** How many that is of {@code size}. */
  static int count(int wanted, int size) {
    return wanted == 0 ? size : Math.min(wanted, size);
  }
}
