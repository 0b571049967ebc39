package dev.jora.quantize.evaluate;

import dev.jora.gguf.Utf8;
import dev.jora.tokenizer.Tokenizer;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Questions with any number of answers (ARC, MMLU, TruthfulQA), in llama.cpp's binary form,
 * little-endian:
 *
 * <pre>
 *   u32 tasks, u32 offset[tasks] from the file's beginning, then per task:
 *   string question, answers with a single right one, answers with several (not used)
 *   string:  u32 bytes, UTF-8 text
 *   answers: u32 n, string[n], i32 label[n], 1 for right
 * </pre>
 */
public record MultipleChoice(List<Task> tasks, List<String> passedOver) implements Tasks {
  private static final int MOST_ANSWERS = 100;

  /** A task. */
  public record Task(String question, List<String> answers, List<Boolean> right) {}

  /**
   * Reads a file, tasks at their offsets; where these lead nowhere, one after another, as llama.cpp
   * reads all of them. A task with an empty question or answer is passed over.
   *
   * @param name of the file, for errors
   * @throws EvaluateException if it is broken
   */
  public static MultipleChoice read(byte[] file, String name) {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int count = in.remaining() < 4 ? 0 : in.getInt();
    if (count < 1 || count > in.remaining() / 4) {
      throw new EvaluateException(
          "%s is no file of multiple-choice tasks: it says it has %s of them"
              .formatted(name, Integer.toUnsignedString(count)));
    }
    try {
      return read(in.duplicate().order(in.order()), count, true, name);
    } catch (EvaluateException e) {
      return read(in, count, false, name);
    }
  }

  private static int offset(int given, int least) {
    if (given < least) {
      throw new EvaluateException("a task begins at byte " + Integer.toUnsignedString(given));
    }
    return given;
  }

  private static MultipleChoice read(ByteBuffer in, int count, boolean atOffsets, String name) {
    int begin = in.position();
    int task = 0;
    try {
      in.position(begin + 4 * count);
      List<Task> tasks = new ArrayList<>();
      List<String> passedOver = new ArrayList<>();
      for (; task < count; task++) {
        if (atOffsets) {
          in.position(offset(in.getInt(begin + 4 * task), begin + 4 * count));
        }
        Task read = task(in);
        if (read.question().isEmpty() || read.answers().isEmpty() || read.answers().contains("")) {
          passedOver.add("task %d: a question or an answer is empty".formatted(task + 1));
        } else {
          tasks.add(read);
        }
      }
      Tasks.requireSome("multiple-choice", tasks, passedOver, name);
      return new MultipleChoice(tasks, passedOver);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new EvaluateException(
          "%s is broken at byte %d, in multiple-choice task %d%s"
              .formatted(
                  name,
                  in.position(),
                  task + 1,
                  e.getMessage() == null ? "" : ": " + e.getMessage()),
          e);
    }
  }

  private static Task task(ByteBuffer in) {
    String question = string(in);
    List<String> texts = new ArrayList<>();
    List<Boolean> right = new ArrayList<>();
    answers(in, texts, right);
    answers(in, new ArrayList<>(), new ArrayList<>());
    return new Task(question, texts, right);
  }

  private static void answers(ByteBuffer in, List<String> texts, List<Boolean> right) {
    int n = in.getInt();
    if (n < 0 || n > MOST_ANSWERS) {
      throw new IllegalArgumentException(
          Integer.toUnsignedString(n) + " answers, " + MOST_ANSWERS + " is the most");
    }
    for (int i = 0; i < n; i++) {
      texts.add(string(in));
    }
    for (int i = 0; i < n; i++) {
      right.add(in.getInt() == 1);
    }
  }

  private static String string(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return Utf8.decode(bytes);
  }

  @Override
  public int size() {
    return tasks.size();
  }

  @Override
  public List<Question> questions(int wanted, Tokenizer tokenizer) {
    return Arrays.stream(Tasks.drawn(size(), Tasks.count(wanted, size())))
        .mapToObj(i -> question(tasks.get(i), tokenizer))
        .toList();
  }

  private static Question question(Task task, Tokenizer tokenizer) {
    List<int[]> texts = new ArrayList<>();
    for (String answer : task.answers()) {
      texts.add(tokenizer.encode(task.question() + " " + answer, true, false));
    }
    return Question.ofEndings(texts, task.right());
  }
}
