package dev.jora.quantize.evaluate;

import dev.jora.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * HellaSwag: which of four endings makes sense? Six lines per task: the beginning, the number of
 * the right ending from 0, the endings.
 */
public record HellaSwag(List<Task> tasks, List<String> passedOver) implements Tasks {
  private static final int LINES = 6;
  private static final int ENDINGS = LINES - 2;

  /**
   * A task.
   *
   * @param right index of the right ending
   */
  public record Task(String beginning, int right, List<String> endings) {}

  /**
   * Reads a file; a task without the number of its right ending is passed over.
   *
   * @param name of the file, for errors
   * @throws EvaluateException if the lines are not those of tasks
   */
  public static HellaSwag read(byte[] file, String name) {
    List<String> lines = Tasks.lines(file);
    while (lines.size() % LINES != 0 && lines.getLast().isEmpty()) { // at the end of the file
      lines = lines.subList(0, lines.size() - 1);
    }
    if (lines.isEmpty() || lines.size() % LINES != 0) {
      throw new EvaluateException(
          "%s is no file of HellaSwag tasks: expected 6 lines per task, found %d lines"
              .formatted(name, lines.size()));
    }
    List<Task> tasks = new ArrayList<>();
    List<String> passedOver = new ArrayList<>();
    for (int at = 0; at < lines.size(); at += LINES) {
      List<String> task = lines.subList(at, at + LINES);
      String right = task.get(1).strip();
      if (!right.matches("[0-3]")) {
        passedOver.add(
            "line %d: expected the number of the right ending, 0 to 3, found '%s'"
                .formatted(at + 2, right));
      } else {
        tasks.add(new Task(task.get(0), Integer.parseInt(right), task.subList(2, LINES)));
      }
    }
    Tasks.requireSome("HellaSwag", tasks, passedOver, name);
    return new HellaSwag(tasks, passedOver);
  }

  @Override
  public int size() {
    return tasks.size();
  }

  @Override
  public List<Question> questions(int wanted, Tokenizer tokenizer) {
    return Arrays.stream(Tasks.shuffled(size(), Tasks.count(wanted, size())))
        .mapToObj(i -> question(tasks.get(i), tokenizer))
        .toList();
  }

  private static Question question(Task task, Tokenizer tokenizer) {
    List<int[]> texts = new ArrayList<>();
    List<Boolean> right = new ArrayList<>();
    for (int i = 0; i < ENDINGS; i++) {
      String text = task.beginning() + " " + task.endings().get(i);
      texts.add(tokenizer.encode(text, true, false));
      right.add(i == task.right());
    }
    return Question.ofEndings(texts, right);
  }
}
