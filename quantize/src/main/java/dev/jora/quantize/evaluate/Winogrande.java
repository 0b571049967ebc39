package dev.jora.quantize.evaluate;

import dev.jora.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Winogrande: who is meant? A CSV line per task: {@code index,sentence with _,choice 1,choice 2,1
 * or 2}. Scored is the rest of the sentence after the choice but its last token; where the rest is
 * short, the choice too.
 */
public record Winogrande(List<Task> tasks, List<String> passedOver) implements Tasks {
  /** Where the sentences have no more tokens after what they have in common, the choice counts. */
  private static final int SHORT = 3;

  /**
   * A task.
   *
   * @param before the sentence before the choice
   * @param after the sentence after it
   * @param right 0 or 1
   */
  public record Task(String before, String after, List<String> choices, int right) {}

  /**
   * Reads a file; lines that are no task, such as a header, are passed over.
   *
   * @param name of the file, for errors
   * @throws EvaluateException if no line is a task, naming the first
   */
  public static Winogrande read(byte[] file, String name) {
    List<Task> tasks = new ArrayList<>();
    List<String> passedOver = new ArrayList<>();
    int number = 0;
    for (String line : Tasks.lines(file)) {
      number++;
      if (!line.isBlank()) {
        Task task = task(fields(line));
        if (task == null) {
          passedOver.add(
              "line %d: expected index,sentence with _,choice,choice,answer 1 or 2, found '%s'"
                  .formatted(number, line));
        } else {
          tasks.add(task);
        }
      }
    }
    Tasks.requireSome("Winogrande", tasks, passedOver, name);
    return new Winogrande(tasks, passedOver);
  }

  /** Fields between commas; one that begins with a quote goes on to the next single quote. */
  private static List<String> fields(String line) {
    List<String> fields = new ArrayList<>();
    boolean quoted = false;
    int from = 0;
    for (int i = 0; i <= line.length(); i++) {
      if (i == line.length() || line.charAt(i) == ',' && !quoted) {
        String field = line.substring(from, i);
        boolean both = field.length() > 1 && field.startsWith("\"") && field.endsWith("\"");
        fields.add(both ? field.substring(1, field.length() - 1).replace("\"\"", "\"") : field);
        from = i + 1;
      } else if (line.charAt(i) == '"' && (quoted || i == from)) {
        boolean doubled = quoted && i + 1 < line.length() && line.charAt(i + 1) == '"';
        i += doubled ? 1 : 0;
        quoted = doubled || !quoted;
      }
    }
    return fields;
  }

  /** Null if the fields are not those of a task. */
  private static Task task(List<String> fields) {
    if (fields.size() != 5 || !fields.get(4).strip().matches("[12]")) {
      return null;
    }
    String sentence = fields.get(1);
    int gap = sentence.indexOf('_');
    if (gap < 0 || fields.subList(2, 4).stream().anyMatch(String::isBlank)) {
      return null;
    }
    return new Task(
        sentence.substring(0, gap),
        sentence.substring(gap + 1),
        fields.subList(2, 4),
        Integer.parseInt(fields.get(4).strip()) - 1);
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
    for (String choice : task.choices()) {
      texts.add(tokenizer.encode(task.before() + choice + task.after(), true, false));
    }
    int common = Question.common(texts);
    boolean rest = texts.stream().allMatch(text -> text.length - common > SHORT);
    List<Question.Answer> answers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      int[] text = texts.get(i);
      int from = Math.max(1, common);
      if (rest) {
        int head = tokenizer.encode(task.before() + task.choices().get(i), true, false).length;
        from = Math.clamp(head, 1, text.length - 1);
      }
      int to = text.length - from > 1 ? text.length - 1 : text.length;
      answers.add(new Question.Answer(text, from, to, i == task.right()));
    }
    return new Question(answers);
  }
}
