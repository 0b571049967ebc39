package dev.jora.fuzz;

import dev.jora.kernel.KernelSelector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Models: opened, run by every kernel set, asked for tokens and prompts, quantized. */
record ModelKind(Sources sources) implements Kind {
  private static final String[] TYPES = {
    "Q4_0", "Q4_1", "Q5_0", "Q8_0", "Q2_K", "Q3_K_M", "Q4_K_M", "Q5_K_S", "Q6_K", "IQ4_NL",
    "IQ4_XS", "IQ3_S", "TQ2_0", "F16", "BF16", "F32"
  };
  private static final String TEXT = "Hello  wörld \n 123 <s></s> 😀";

  @Override
  public List<List<String>> make(Random random, Path folder) throws IOException {
    List<Path> models = sources.models();
    Path source = models.get(random.nextInt(models.size()));
    if (random.nextInt(3) == 0) { // of block types, which the tiny models are not
      String type = Damage.one(TYPES, random);
      String name = type + "-of-" + models.indexOf(source) + ".gguf";
      Path plain = source;
      if (!source.toString().contains("quantized")) {
        source =
            sources.made(
                name, to -> List.of("quantize", "-q", plain.toString(), to.toString(), type, "2"));
      }
    }
    Path model = folder.resolve("model.gguf");
    Files.write(model, ModelDamage.of(Files.readAllBytes(source), random));
    return commands(model, folder, Damage.one(TYPES, random));
  }

  @Override
  public List<List<String>> commands(Path input, Path folder) throws IOException {
    return commands(input, folder, "Q4_K_M");
  }

  /** What is done with every model; at last it becomes one of another type. */
  private static List<List<String>> commands(Path model, Path folder, String type)
      throws IOException {
    String m = model.toString();
    List<List<String>> commands = new ArrayList<>();
    commands.add(List.of("info", m));
    for (String set : KernelSelector.names()) {
      commands.add(
          List.of(
              "run",
              "-q",
              "-m",
              m,
              "--prompt-ids",
              "1,2,3,1,2",
              "-ub",
              "3",
              "-n",
              "2",
              "--temp",
              "0",
              "-c",
              "64",
              "-t",
              "2",
              "--kernels",
              set));
    }
    commands.add(List.of("tokenize", "-m", m, "-p", TEXT));
    Path messages = folder.resolve("messages.json");
    Files.writeString(messages, "[{\"role\":\"user\",\"content\":\"Hi <s>\"}]");
    commands.add(List.of("template", "-m", m, "--ids", "--messages", messages.toString()));
    commands.add(List.of("quantize", "-q", "--dry-run", "--allow-requantize", m, type));
    commands.add(
        List.of(
            "quantize",
            "-q",
            "--allow-requantize",
            m,
            folder.resolve("out.gguf").toString(),
            type,
            "2"));
    return commands;
  }
}
