package dev.jora.quantize.evaluate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.gguf.GgufFile;
import dev.jora.quantize.evaluate.Question.Answer;
import dev.jora.testing.Shared;
import dev.jora.tokenizer.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Files of tasks, what is asked of them, and how answers are counted. */
class TasksTest {
  private final Tokenizer tokenizer =
      Tokenizer.from(GgufFile.readMetadata(Shared.testdata("jora-demo.gguf")));

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private int[] encode(String text) {
    return tokenizer.encode(text, true, false);
  }

  // ---- HellaSwag

  private static final String HELLASWAG =
      "Baking: A man mixes dough. He\n2\nflies away.\nsings.\nputs it in the oven.\nsleeps\n"
          + "Sport: She runs. Then\n0\nshe stops.\na b c\nd e f\ng h i";

  @Test
  void hellaSwagAsksForAllAfterTheCommonBeginning() {
    HellaSwag tasks = HellaSwag.read(utf8(HELLASWAG), "tasks");
    assertEquals(2, tasks.size());
    List<String> endings = List.of("flies away.", "sings.", "puts it in the oven.", "sleeps");
    assertEquals(
        new HellaSwag.Task("Baking: A man mixes dough. He", 2, endings), tasks.tasks().get(0));
    List<Question> questions = tasks.questions(0, tokenizer);
    assertEquals(2, questions.size());
    Question baking =
        questions.stream().filter(q -> q.answers().get(2).right()).findFirst().orElseThrow();
    for (int i = 0; i < 4; i++) {
      Answer answer = baking.answers().get(i);
      int[] all = encode("Baking: A man mixes dough. He " + endings.get(i));
      assertArrayEquals(all, answer.tokens());
      assertEquals(baking.prefix(), answer.from());
      assertEquals(all.length, answer.to());
      assertEquals(i == 2, answer.right());
    }
    int[] beginning = encode("Baking: A man mixes dough. He");
    assertTrue(baking.prefix() >= beginning.length - 1, "" + baking.prefix());
  }

  @Test
  void brokenHellaSwagFilesAreRefused() {
    fails(text -> HellaSwag.read(utf8(text), "t.txt"), "", "t.txt", "6 lines", "0 lines");
    fails(text -> HellaSwag.read(utf8(text), "t.txt"), HELLASWAG + "\nx", "13 lines");
    String wrong = HELLASWAG.replace("\n0\n", "\n4\n");
    HellaSwag some = HellaSwag.read(utf8(wrong), "t.txt");
    assertEquals(1, some.size());
    assertEquals(1, some.passedOver().size());
    for (String part : List.of("line 8", "0 to 3", "'4'")) {
      assertTrue(some.passedOver().getFirst().contains(part), some.passedOver().getFirst());
    }
    String all = wrong.replace("\n2\n", "\n\n");
    fails(text -> HellaSwag.read(utf8(text), "t.txt"), all, "t.txt, line 2", "0 to 3");
  }

  // ---- Winogrande

  @Test
  void winograndeReadsCsv() {
    String csv =
        "0,Sarah was better than Maria so _ won.,Sarah,Maria,1\n"
            + "1,\"He said, \"\"no\"\", so _ left.\",Ann,\"Bob, the cook\",2\r\n\n";
    assertEquals(
        List.of(
            new Winogrande.Task(
                "Sarah was better than Maria so ", " won.", List.of("Sarah", "Maria"), 0),
            new Winogrande.Task(
                "He said, \"no\", so ", " left.", List.of("Ann", "Bob, the cook"), 1)),
        Winogrande.read(utf8(csv), "t.csv").tasks());
    Function<String, Object> read = text -> Winogrande.read(utf8(text), "t.csv");
    fails(read, "", "t.csv", "no Winogrande tasks");
    for (String line :
        List.of(
            "qID,sentence,option1,option2,answer",
            "2,no gap,a,b,1",
            "2,a _ gap,a,b,3",
            "2,a _ gap,a,1",
            "2,a _, gap,a,b,1",
            "2,a _ gap,,b,1",
            "2,\"a _ gap,a,b,1")) {
      Winogrande some = Winogrande.read(utf8("\uFEFF" + line + "\n" + csv), "t.csv");
      assertEquals(2, some.size());
      assertEquals(
          List.of(
              "line 1: expected index,sentence with _,choice,choice,answer 1 or 2, found '"
                  + line
                  + "'"),
          some.passedOver());
      fails(read, line, "t.csv, line 1: expected index", "sentence with _", "found '" + line);
    }
  }

  @Test
  void aQuoteInsideAFieldIsText() {
    String csv = "0,The 6\" _ was, no,pipe,rod,1\n1,The 6\" _ fits.,pipe,\"a \"\"b\"\"\",2";
    Winogrande tasks = Winogrande.read(utf8(csv), "t.csv");
    assertEquals(1, tasks.passedOver().size());
    assertEquals(
        new Winogrande.Task("The 6\" ", " fits.", List.of("pipe", "a \"b\""), 1),
        tasks.tasks().getFirst());
  }

  /** As files come from editors: a mark at the beginning, blank lines at the end, CRLF. */
  @Test
  void marksAndBlankLinesAreNoTasks() {
    HellaSwag plain = HellaSwag.read(utf8(HELLASWAG), "t");
    for (String file :
        List.of("\uFEFF" + HELLASWAG, HELLASWAG + "\n\n\n", HELLASWAG.replace("\n", "\r\n"))) {
      assertEquals(plain, HellaSwag.read(utf8(file), "t"));
    }
    String csv = "0,The _ ran.,a,b,1";
    Winogrande one = Winogrande.read(utf8(csv), "t");
    for (String file : List.of("\uFEFF" + csv, csv + "\r\n\r\n", "\n" + csv)) {
      assertEquals(one, Winogrande.read(utf8(file), "t"));
    }
  }

  /** Without a token at the beginning of every text, the first of a sentence has no probability. */
  @Test
  void aSentenceThatBeginsWithTheBlankIsScoredWithoutBos() {
    List<int[]> texts = List.of(new int[] {2, 5, 6}, new int[] {3, 5, 6}, new int[] {4});
    Question question = Question.ofEndings(texts.subList(0, 2), List.of(true, false));
    assertEquals(0, question.prefix());
    assertEquals(1, question.answers().getFirst().from());
    assertTrue(question.scorable());
    assertFalse(Question.ofEndings(texts, List.of(true, false, false)).scorable());
  }

  @Test
  void winograndeScoresWhatComesAfterTheChoice() {
    String csv = "0,Sarah was a better surgeon than Maria so _ got the easy cases.,Sarah,Maria,2";
    Question question = Winogrande.read(utf8(csv), "t.csv").questions(0, tokenizer).getFirst();
    String before = "Sarah was a better surgeon than Maria so ";
    for (Answer answer : question.answers()) {
      boolean maria = answer == question.answers().get(1);
      String choice = maria ? "Maria" : "Sarah";
      assertArrayEquals(encode(before + choice + " got the easy cases."), answer.tokens());
      assertEquals(encode(before + choice).length, answer.from());
      assertEquals(answer.tokens().length - 1, answer.to());
      assertEquals(maria, answer.right());
    }
    assertTrue(question.prefix() < question.answers().getFirst().from());
  }

  @Test
  void whereLittleComesAfterTheChoiceItCountsToo() {
    String csv = "0,The best of all is _.,a,b,1";
    Question question = Winogrande.read(utf8(csv), "t.csv").questions(0, tokenizer).getFirst();
    for (Answer answer : question.answers()) {
      assertTrue(answer.tokens().length - question.prefix() <= 3);
      assertEquals(question.prefix(), answer.from());
    }
  }

  // ---- multiple choice

  private static final class Bytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Bytes u32(int... values) {
      for (int value : values) {
        out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
      }
      return this;
    }

    Bytes text(String text) {
      byte[] bytes = utf8(text);
      u32(bytes.length);
      out.writeBytes(bytes);
      return this;
    }

    byte[] array() {
      return out.toByteArray();
    }
  }

  private static byte[] multipleChoice() {
    return new Bytes()
        .u32(2, 12, 70)
        .text("What is red?")
        .u32(3)
        .text("Blood")
        .text("Grass")
        .text("Снег")
        .u32(1, 0, 0)
        .u32(1)
        .text("not used")
        .u32(1)
        .text("What runs?")
        .u32(2)
        .text("A stone")
        .text("A river")
        .u32(0, 1)
        .u32(0)
        .array();
  }

  @Test
  void multipleChoiceReadsLlamaCppsFormat() {
    MultipleChoice tasks = MultipleChoice.read(multipleChoice(), "t.bin");
    assertEquals(
        List.of(
            new MultipleChoice.Task(
                "What is red?", List.of("Blood", "Grass", "Снег"), List.of(true, false, false)),
            new MultipleChoice.Task(
                "What runs?", List.of("A stone", "A river"), List.of(false, true))),
        tasks.tasks());
    List<Question> questions = tasks.questions(0, tokenizer);
    assertArrayEquals(encode("What is red? Снег"), questions.get(0).answers().get(2).tokens());
    assertTrue(questions.get(1).answers().get(1).right());
    assertEquals(1, tasks.questions(1, tokenizer).size());
  }

  /** A writer may leave room between tasks, and put them in any order. */
  @Test
  void multipleChoiceTasksStandAtTheirOffsets() {
    for (int gap : new int[] {4, 8, 12, 16}) {
      Bytes bytes = new Bytes().u32(2, 12 + gap + 46 + gap, 12 + gap).u32(new int[gap / 4]);
      task(bytes, "What runs?").u32(new int[gap / 4]);
      byte[] file = task(bytes, "What flies?").array();
      List<MultipleChoice.Task> tasks = MultipleChoice.read(file, "t.bin").tasks();
      assertEquals(
          List.of("What flies?", "What runs?"),
          tasks.stream().map(MultipleChoice.Task::question).toList());
    }
  }

  private static Bytes task(Bytes bytes, String question) {
    return bytes.text(question).u32(2).text("cat").text("A bat").u32(0, 1).u32(0);
  }

  @Test
  void brokenMultipleChoiceFilesAreRefused() {
    byte[] whole = multipleChoice();
    for (int n = 0; n < whole.length; n++) {
      byte[] cut = Arrays.copyOf(whole, n);
      assertThrows(EvaluateException.class, () -> MultipleChoice.read(cut, "t.bin"), n + " bytes");
    }
    Function<byte[], Object> read = bytes -> MultipleChoice.read(bytes, "t.bin");
    fails(read, new Bytes().u32(-1).array(), "t.bin", "4294967295");
    fails(read, new Bytes().u32(1, 8).text("q").u32(101).array(), "task 1", "101 answers");
    fails(read, new Bytes().u32(1, 8).text("q").u32(0, 0).array(), "task 1", "empty");
    byte[] two =
        new Bytes()
            .u32(2, 12, 0)
            .text("q")
            .u32(1)
            .text("")
            .u32(1, 0)
            .text("What?")
            .u32(1)
            .text("a")
            .u32(1, 0)
            .array();
    MultipleChoice some = MultipleChoice.read(two, "t.bin");
    assertEquals("What?", some.tasks().getFirst().question());
    assertEquals(List.of("task 1: a question or an answer is empty"), some.passedOver());
    fails(read, new Bytes().u32(1, 8, -5).array(), "task 1", "byte 12");
  }

  private static <T> void fails(Function<T, Object> read, T file, String... parts) {
    String message = assertThrows(EvaluateException.class, () -> read.apply(file)).getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), part + " in: " + message);
    }
  }

  // ---- lots and counts

  /** By hand of the outputs of mt19937(1): 1791095845, 4282876139, 3093770124, 4005303368, …. */
  @Test
  void lotsAreLlamaCpps() {
    // Shares of 2³²: 0.4170, 0.9972, 0.7203, 0.9326, 0.0001
    assertArrayEquals(new int[] {4, 9, 6, 8, 0}, Tasks.shuffled(10, 5));
    assertArrayEquals(new int[] {4, 8, 5, 6, 0}, Tasks.drawn(10, 5));
    assertArrayEquals(IntStream.range(0, 10).toArray(), Tasks.drawn(10, 10));
    assertArrayEquals(
        IntStream.range(0, 99).toArray(), IntStream.of(Tasks.shuffled(99, 99)).sorted().toArray());
    assertEquals(7, Tasks.count(0, 7));
    assertEquals(7, Tasks.count(400, 7));
    assertEquals(3, Tasks.count(3, 7));
  }

  @Test
  void accuracyHasWilsonsInterval() {
    Accuracy accuracy = new Accuracy();
    for (int i = 0; i < 10; i++) {
      accuracy.add(new Choice(new double[4], 0, i < 8));
    }
    assertEquals(8, accuracy.right());
    assertEquals(new Estimate(0.8, Math.sqrt(0.16 / 9)), accuracy.share());
    // Wikipedia's example would do as well: 8 of 10 is 49.02 % to 94.33 %.
    assertEquals(0.4902, accuracy.lower(), 5e-5);
    assertEquals(0.9433, accuracy.upper(), 5e-5);
    assertEquals(0.25, accuracy.chance().value());
  }
}
