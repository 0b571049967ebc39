package dev.jora.backend.cuda;

import dev.jora.backend.cuda.software.Traffic;
import dev.jora.quant.BlockFormat;
import dev.jora.quant.BlockFormats;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Makes docs/cuda-kernels.md by measurement; {@code scripts/cuda-tables} starts it. */
final class CudaTables {
  private static final List<String> PARTS =
      List.of("head", "traffic", "registers", "launches", "end");

  /** A kernel's line of the table that {@code scripts/compile-cuda --table} writes. */
  private record Assembled(String file, String kernel, String card, int registers, String warps) {
    static Assembled of(String line) {
      String[] c = line.split("\t");
      if (c.length != 8) {
        throw new IllegalArgumentException("a line of registers has 8 columns, not: " + line);
      }
      return new Assembled(c[0], c[1], c[2], Integer.parseInt(c[3]), c[7]);
    }

    /** What kernels of all types have in common. */
    String family() {
      String type = file.substring(0, file.indexOf('.'));
      String of = kernel.replace("_" + type, "_TYPE");
      return of + (file.contains("compute_61") ? " (6.1)" : " (8.0)");
    }

    int resident() {
      return Integer.parseInt(warps.substring(0, warps.indexOf('/')));
    }
  }

  private final PrintStream out;

  private CudaTables(PrintStream out) {
    this.out = out;
  }

  /**
   * Prints the page.
   *
   * @param args the folder of the golden models, and the table of registers, if there is one
   */
  public static void main(String[] args) throws IOException {
    CudaTables tables = new CudaTables(System.out);
    List<String> texts = PARTS.stream().map(CudaTables::text).toList();
    tables.out.println(texts.get(0));
    tables.errors();
    tables.out.println(texts.get(1));
    tables.traffic();
    if (args.length > 1) {
      tables.out.println(texts.get(2));
      tables.registers(Files.readAllLines(Path.of(args[1])));
    }
    tables.out.println(texts.get(3));
    tables.launches(Path.of(args[0]));
    tables.out.print(texts.get(4));
  }

  private static String text(String part) {
    try (InputStream in = CudaTables.class.getResourceAsStream("tables/" + part + ".md")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void row(String format, Object... values) {
    out.printf(Locale.ROOT, format + "%n", values);
  }

  private void errors() {
    row("| type | matvec | tiles, 8.0 | tiles, 6.1 | look-up | llama.cpp's rounding |");
    row("|---|---|---|---|---|---|");
    for (BlockFormat format : BlockFormats.all()) {
      ProductErrors e = ProductErrors.of(format.type());
      row(
          "| %s | %.2e | %.2e | %.2e | %s | %s |",
          e.type(),
          e.drawn(),
          e.newer(),
          e.older(),
          e.looked() == 0 ? "0" : String.format(Locale.ROOT, "%.2e", e.looked()),
          e.theirs() == 0 ? "none" : String.format(Locale.ROOT, "%.2e", e.theirs()));
    }
    out.println();
  }

  private void traffic() {
    row("| kernel | work | device | sectors | least | | wavefronts | least | |");
    row("|---|---|---|---|---|---|---|---|---|");
    for (KernelRow kernel : KernelRow.all()) {
      Traffic traffic = kernel.run();
      Traffic.Line t = traffic.total();
      row(
          "| %s | %s | %.1f | %d | %d | %.2f | %d | %d | %s |",
          kernel.kernel(),
          kernel.what(),
          kernel.capability() / 10.0,
          t.sectors(),
          t.fewest(),
          traffic.sectorsToFewest(),
          t.wavefronts(),
          t.fewestWavefronts(),
          t.wavefronts() == 0
              ? ""
              : String.format(Locale.ROOT, "%.2f", traffic.wavefrontsToFewest()));
    }
    out.println();
  }

  private void registers(List<String> lines) {
    List<Assembled> all = lines.stream().skip(1).map(Assembled::of).toList();
    List<String> cards =
        all.stream()
            .map(Assembled::card)
            .distinct()
            .sorted(
                (a, b) ->
                    Integer.compare(
                        Integer.parseInt(a.substring(3)), Integer.parseInt(b.substring(3))))
            .toList();
    Map<String, Map<String, List<Assembled>>> families = new TreeMap<>();
    for (Assembled a : all) {
      families
          .computeIfAbsent(a.family(), f -> new TreeMap<>())
          .computeIfAbsent(a.card(), c -> new ArrayList<>())
          .add(a);
    }
    row("| kernel | %s |", String.join(" | ", cards));
    row("|---%s|", "|---".repeat(cards.size()));
    families.forEach(
        (family, of) -> {
          Stream<String> cells = cards.stream().map(c -> of.containsKey(c) ? cell(of.get(c)) : "");
          row("| %s | %s |", family, String.join(" | ", cells.toList()));
        });
    out.println();
  }

  /** Registers, and resident warps. */
  private static String cell(List<Assembled> of) {
    int least = of.stream().mapToInt(Assembled::registers).min().orElseThrow();
    int most = of.stream().mapToInt(Assembled::registers).max().orElseThrow();
    int few = of.stream().mapToInt(Assembled::resident).min().orElseThrow();
    int many = of.stream().mapToInt(Assembled::resident).max().orElseThrow();
    return range(least, most) + ": " + range(few, many);
  }

  private static String range(int from, int to) {
    return from == to ? "" + from : from + "–" + to;
  }

  private void launches(Path goldens) throws IOException {
    row("| architecture | layers | kernels of a token | of a layer | commands |");
    row("|---|---|---|---|---|");
    try (Stream<Path> folders = Files.list(goldens)) {
      for (Path folder : folders.sorted().toList()) {
        if (Files.exists(folder.resolve("model.gguf"))) {
          CudaJoinsTest.Cost cost = CudaJoinsTest.cost(folder);
          row(
              "| %s | %d | %d | %.1f | %d |",
              folder.getFileName(),
              cost.layers(),
              cost.kernels(),
              (double) cost.kernels() / cost.layers(),
              cost.commands());
        }
      }
    }
    out.println();
  }
}
