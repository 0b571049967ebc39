package dev.jora.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Importance matrices of both formats. */
record ImatrixKind(Sources sources) implements Kind {
  @Override
  public List<List<String>> make(Random random, Path folder) throws IOException {
    String format = random.nextBoolean() ? "gguf" : "dat";
    String model = sources.llama().toString();
    String text = sources.text().toString();
    Path sound =
        sources.made(
            "imatrix." + format,
            to ->
                List.of(
                    "imatrix",
                    "-q",
                    "-m",
                    model,
                    "-f",
                    text,
                    "-c",
                    "32",
                    "--chunks",
                    "2",
                    "--output-format",
                    format,
                    "-o",
                    to.toString()));
    Path file = folder.resolve("imatrix." + format);
    byte[] bytes = Files.readAllBytes(sound);
    boolean parts = format.equals("gguf") && random.nextBoolean();
    Files.write(file, parts ? ModelDamage.of(bytes, random) : Damage.bytes(bytes, random));
    return commands(file, folder);
  }

  @Override
  public List<List<String>> commands(Path input, Path folder) throws IOException {
    String f = input.toString();
    return List.of(
        List.of("imatrix", "--in-file", f, "--show-statistics"),
        List.of(
            "imatrix",
            "-q",
            "--in-file",
            f,
            "--in-file",
            f,
            "-o",
            folder.resolve("sum.gguf").toString()),
        List.of(
            "quantize",
            "-q",
            "--imatrix",
            f,
            sources.llama().toString(),
            folder.resolve("out.gguf").toString(),
            "IQ4_NL",
            "2"));
  }
}
