package dev.jora.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Files of log-probabilities to compare a model with. */
record BaseKind(Sources sources) implements Kind {
  @Override
  public List<List<String>> make(Random random, Path folder) throws IOException {
    String model = sources.llama().toString();
    String text = sources.text().toString();
    Path sound =
        sources.made(
            "logits.kld",
            to ->
                List.of(
                    "perplexity",
                    "-q",
                    "-m",
                    model,
                    "-f",
                    text,
                    "-c",
                    "32",
                    "--chunks",
                    "2",
                    "--save-all-logits",
                    to.toString()));
    Path file = folder.resolve("logits.kld");
    Files.write(file, Damage.bytes(Files.readAllBytes(sound), random));
    return commands(file, folder);
  }

  @Override
  public List<List<String>> commands(Path input, Path folder) throws IOException {
    return List.of(
        List.of(
            "perplexity",
            "-q",
            "-m",
            sources.llama().toString(),
            "--kl-divergence",
            "--kl-divergence-base",
            input.toString()));
  }
}
