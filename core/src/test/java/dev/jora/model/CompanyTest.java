package dev.jora.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jora.kernel.KernelSelector;
import dev.jora.kernel.KernelSets;
import dev.jora.kernel.Kernels;
import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import dev.jora.testing.TestModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A text is the same, to the bit, whoever shares its passes and however it is cut into them. */
class CompanyTest {
  private static final String SMOLLM2 = "models/SmolLM2-135M-Instruct.Q4_1.gguf";
  private static final int USERS = 8;
  private static final int DRAWN = 6;
  private static final int PASS = 160;

  /** Models that lie in testdata, or beside it; the larger ones are not for the scalar set. */
  static List<Arguments> setsAndModels() {
    List<Arguments> all = new ArrayList<>();
    for (Kernels kernels : KernelSets.all()) {
      for (String name :
          List.of(
              "llama",
              "gemma2",
              "mixtral",
              "gpt2",
              "gemma3",
              "qwen2moe",
              "gptoss",
              "deepseek2",
              "mamba",
              "mamba2",
              "lfm2",
              "qwen35",
              "gemma4e")) {
        String file = "golden/architectures/" + name + "/model.gguf";
        all.add(Arguments.of(Named.of(kernels.name(), kernels), Named.of(name, file)));
      }
      if (!kernels.name().equals("scalar")) {
        all.add(Arguments.of(Named.of(kernels.name(), kernels), "jora-demo.gguf"));
      }
    }
    return all;
  }

  static List<Arguments> setsAndSmolLM2() {
    return KernelSets.all().stream()
        .filter(kernels -> !kernels.name().equals("scalar"))
        .map(kernels -> Arguments.of(Named.of(kernels.name(), kernels), SMOLLM2))
        .toList();
  }

  private static TestModel open(Kernels kernels, String name) {
    Path file =
        name.startsWith("golden/")
            ? Shared.golden(name.substring("golden/".length()))
            : name.startsWith("models/") ? Shared.path(name) : Shared.testdata(name);
    return new TestModel(file, kernels, 2, GgmlType.F16, 512, PASS);
  }

  /** A user's prompt, and what it is answered alone: logits of all tokens that are drawn. */
  private static final class User {
    final int[] prompt;
    final int joins;
    final float[][] logits = new float[DRAWN + 1][];
    final int[] drawn = new int[DRAWN];
    int count;
    Sequence sequence;

    User(int[] prompt, int joins) {
      this.prompt = prompt;
      this.joins = joins;
    }

    User again() {
      return new User(prompt, joins);
    }

    void take(float[] l) {
      logits[count] = l;
      if (count < DRAWN) {
        drawn[count] = argMax(l);
      }
      count++;
    }

    boolean isDone() {
      return count > DRAWN;
    }
  }

  private static int argMax(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  private static List<User> users(int vocabulary) {
    Random random = new Random(8);
    List<User> users = new ArrayList<>();
    int[] lengths = {40, 13, 70, 3, 14, 25, 1, 31};
    for (int i = 0; i < USERS; i++) {
      int[] prompt = random.ints(lengths[i], 3, vocabulary).toArray();
      users.add(new User(prompt, i < 3 ? 0 : i - 2));
    }
    return users;
  }

  private static void join(Batch batch, User user) {
    int n = user.prompt.length;
    batch.addPrompt(user.sequence, user.prompt, 0, n, n, Batch.Outputs.LAST);
  }

  /** All of them together; a user joins at a step of its own. */
  private static void together(TestModel model, List<User> users) {
    for (int step = 0; users.stream().anyMatch(user -> !user.isDone()); step++) {
      Batch batch = new Batch();
      List<User> order = new ArrayList<>();
      for (User user : users) { // single tokens come first
        boolean joins = user.joins == step;
        boolean goesOn = user.joins < step && !user.isDone();
        if (joins) {
          user.sequence = model.decoder.newSequence();
        }
        if (goesOn) {
          batch.addSingle(user.sequence, user.drawn, user.count - 1, 1, Batch.Outputs.LAST);
          order.add(user);
        } else if (joins && user.prompt.length <= Batch.FEW) {
          join(batch, user);
          order.add(user);
        }
      }
      for (User user : users) {
        if (user.joins == step && user.prompt.length > Batch.FEW) {
          join(batch, user);
          order.add(user);
        }
      }
      model.decoder.forward(batch);
      for (int i = 0; i < order.size(); i++) {
        float[] logits = new float[model.model.vocabularySize()];
        model.decoder.logits(i, logits);
        order.get(i).take(logits);
      }
    }
    users.forEach(user -> user.sequence.close());
  }

  /** One alone, its prompt in pieces of at most {@code step} tokens. */
  private static void alone(TestModel model, User user, int step) {
    try (Sequence sequence = model.decoder.newSequence()) {
      Batch batch = new Batch();
      int n = user.prompt.length;
      for (int from = 0; from < n; from += step) {
        int count = Math.min(step, n - from);
        boolean last = from + count == n;
        Batch.Outputs wanted = last ? Batch.Outputs.LAST : Batch.Outputs.NONE;
        batch.clear();
        batch.addPrompt(sequence, user.prompt, from, count, n, wanted);
        model.decoder.forward(batch);
      }
      while (true) {
        float[] logits = new float[model.model.vocabularySize()];
        model.decoder.logits(0, logits);
        user.take(logits);
        if (user.isDone()) {
          return;
        }
        batch.clear();
        batch.addSingle(sequence, user.drawn, user.count - 1, 1, Batch.Outputs.LAST);
        model.decoder.forward(batch);
      }
    }
  }

  private static void assertSame(User expected, User found, String what) {
    for (int i = 0; i <= DRAWN; i++) {
      assertEquals(-1, Arrays.mismatch(expected.logits[i], found.logits[i]), what + ", token " + i);
    }
  }

  @Test
  void eightUsersOfARealModelGetWhatEachGetsAlone() {
    eightUsersGetWhatEachGetsAlone(KernelSelector.best().kernels(), SMOLLM2);
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("setsAndSmolLM2")
  void eightUsersOfARealModelInEverySet(Kernels kernels, String name) {
    eightUsersGetWhatEachGetsAlone(kernels, name);
  }

  @ParameterizedTest
  @MethodSource("setsAndModels")
  void eightUsersGetWhatEachGetsAlone(Kernels kernels, String name) {
    try (TestModel model = open(kernels, name)) {
      List<User> alone = users(model.model.vocabularySize());
      alone.forEach(user -> alone(model, user, 512));
      List<User> together = alone.stream().map(User::again).toList();
      together(model, together);
      for (int i = 0; i < USERS; i++) {
        assertSame(alone.get(i), together.get(i), "user " + i);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("setsAndModels")
  void aPromptIsTheSameInPiecesOfAnySize(Kernels kernels, String name) {
    try (TestModel model = open(kernels, name)) {
      for (User user : users(model.model.vocabularySize())) {
        alone(model, user, 512);
        for (int step : new int[] {1, 2, 7, 16, 33}) {
          User again = user.again();
          alone(model, again, step);
          assertSame(user, again, "a prompt of " + user.prompt.length + " in pieces of " + step);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("setsAndModels")
  void aScoreIsTheSameInPassesOfAnySize(Kernels kernels, String name) {
    try (TestModel model = open(kernels, name)) {
      int[] text = new Random(5).ints(120, 3, model.model.vocabularySize()).toArray();
      float[][] whole = model.logits(text, 512);
      for (int step : new int[] {1, 3, 12, 13, 50}) {
        float[][] cut = model.logits(text, step);
        for (int i = 0; i < text.length; i++) {
          String what = "token " + i + " in passes of " + step;
          assertEquals(-1, Arrays.mismatch(whole[i], cut[i]), what);
        }
      }
    }
  }
}
