package dev.jora.cli.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.backend.cuda.CudaUnavailableException;
import dev.jora.backend.cuda.software.SoftwareDriver;
import dev.jora.engine.LoadedModel;
import dev.jora.engine.Offload;
import dev.jora.engine.OffloadException;
import dev.jora.testing.Shared;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What options of GPUs mean, and what is said of those that cannot be. */
final class GpuOptionsTest {
  @Command
  private static final class Line {
    @Mixin ModelOptions model = new ModelOptions();
    @Mixin ContextOptions context = new ContextOptions(64);
    @Mixin ThreadOptions threads = new ThreadOptions();
    @Mixin GpuOptions gpus = new GpuOptions();
    @Mixin CommonOptions common = new CommonOptions();
  }

  private static Line line(String line) {
    Line parsed = new Line();
    new CommandLine(parsed).parseArgs(line.isEmpty() ? new String[0] : line.split(" "));
    return parsed;
  }

  private static Offload offload(String line) {
    return line(line).gpus.offload();
  }

  @ParameterizedTest
  @CsvSource({
    "'', -1",
    "-ngl auto, -1",
    "-ngl -1, -1",
    "-ngl all, 2147483647",
    "-ngl -2, 2147483647",
    "-ngl 0, 0",
    "--gpu-layers 7, 7",
    "--n-gpu-layers 99, 99"
  })
  void layers(String line, int expected) {
    assertEquals(expected, offload(line).gpuLayers());
  }

  @Test
  void devicesAndShares() {
    Offload offload = offload("-dev CUDA1,CUDA0 -ts 3/1 -mg 1 -sm none -nkvo -fitt 100");
    assertEquals(List.of("CUDA1", "CUDA0"), offload.devices());
    assertEquals(List.of(3.0, 1.0), offload.shares());
    assertEquals(Offload.Split.NONE, offload.split());
    assertEquals(1, offload.mainGpu());
    assertEquals(100L << 20, offload.margin());
    assertEquals(false, offload.cache());
    Offload plain = offload("-dev none -nkvo -kvo");
    assertEquals(List.of(), plain.devices());
    assertEquals(List.of(), plain.shares());
    assertEquals(-1, plain.margin());
    assertEquals(true, plain.cache());
  }

  @ParameterizedTest
  @CsvSource({
    "-cmoe, 0 5",
    "-ncmoe 2, 0",
    "-ncmoe 6, 0 5",
    "-ot exps=CPU, 0 5",
    "-ot blk\\.5\\.=CPU, 5",
    "'-ot x=CPU,_exps=CPU', 0 5",
    "-ncmoe 0, ''"
  })
  void expertsOnTheCpu(String line, String layers) {
    List<Pattern> patterns = offload(line).onCpu();
    for (int il : new int[] {0, 5}) {
      String name = "blk." + il + ".ffn_up_exps.weight";
      boolean found = patterns.stream().anyMatch(pattern -> pattern.matcher(name).find());
      assertEquals(layers.contains("" + il), found, name);
    }
    assertTrue(patterns.stream().noneMatch(p -> p.matcher("blk.0.ffn_up.weight").find()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-sm row | -sm row is not there yet: -sm layer puts whole layers on one GPU after the"
            + " other",
        "-sm x | -sm is layer or none, not 'x'",
        "-ts 0,0 | -ts is a share for each GPU, 0 or more and not all 0, as 3,1: not '0,0'",
        "-ts 1,x | -ts is a share for each GPU, 0 or more and not all 0, as 3,1: not '1,x'",
        "-ts 1,-1 | -ts is a share for each GPU, 0 or more and not all 0, as 3,1: not '1,-1'",
        "-ts NaN | -ts is a share for each GPU, 0 or more and not all 0, as 3,1: not 'NaN'",
        "-ts 1, | -ts is a share for each GPU, 0 or more and not all 0, as 3,1: not '1,'",
        "-ncmoe -1 | -ncmoe must be 0 or more, not -1",
        "-fitt -1 | -fitt must be 0 or more, not -1",
        "-dev CPU | -dev names GPUs, not 'CPU': -dev none is the CPU alone",
        "-dev CUDA0,CPU | -dev names GPUs, not 'CUDA0,CPU': -dev none is the CPU alone",
        "-ot exps | -ot takes REGEX=CPU, not 'exps'",
        "-ot =CPU | -ot takes REGEX=CPU, not '=CPU'",
        "-ot (=CPU | -ot: '(' is no regular expression: Unclosed group",
        "-ot a=CUDA0 | -ot moves tensors to the CPU alone, REGEX=CPU, not 'a=CUDA0': -ngl, -ts and"
            + " -dev say which layers are on which GPU",
      })
  void whatCannotBe(String line, String message) {
    UserException e = assertThrows(UserException.class, () -> offload(line));
    assertEquals(message, e.getMessage());
    assertEquals(ExitCode.USAGE, e.code());
  }

  @Test
  void aNumberOfLayersIsOne() {
    String message =
        assertThrows(CommandLine.ParameterException.class, () -> offload("-ngl x")).getMessage();
    assertTrue(message.contains("'x' is not a number, auto or all"), message);
  }

  private static SessionSettings settings(String words, SoftwareDriver driver) {
    Line line =
        line(
            "-q "
                + words
                + (words.isEmpty() ? "" : " ")
                + "-m "
                + Shared.testdata("architectures/llama/model.gguf"));
    line.gpus.devices.driver =
        () -> {
          if (driver == null) {
            throw new CudaUnavailableException("there is no NVIDIA driver", null);
          }
          return driver;
        };
    return SessionSettings.of(line.model, line.context, line.threads, line.gpus, line.common);
  }

  @Test
  void aSessionHasItsLayersThere() {
    SoftwareDriver driver = new SoftwareDriver(1, 1L << 30);
    Session.open(settings("-ngl 1", driver)).close();
    assertEquals(List.of(), driver.leaks());
  }

  @Test
  void withoutACardOnlyWhoAsksForOneIsTold() {
    Session.open(settings("", null)).close();
    Session.open(settings("-ngl 0", null)).close();
    Session.open(settings("-ngl 9 -dev none", null)).close();
    OffloadException e =
        assertThrows(OffloadException.class, () -> Session.open(settings("-ngl 9", null)));
    assertTrue(ErrorText.isExpected(e));
    assertEquals(
        "-ngl 9 needs a GPU: there is no NVIDIA driver; -ngl 0 computes all on the CPU",
        ErrorText.sentence(e));
  }

  @Test
  void theTableOfMemoryAddsUp() {
    SoftwareDriver driver = new SoftwareDriver(2, 1L << 30);
    try (LoadedModel model =
        LoadedModel.open(
            Shared.testdata("architectures/llama/model.gguf"),
            settings("-ngl all -ts 1,1", driver).load())) {
      List<String> table = MemoryTable.of(model.plan());
      assertEquals(4, table.size());
      assertTrue(table.get(0).startsWith("memory "), table.get(0));
      Pattern row =
          Pattern.compile(
              "(.+?) +(\\d+) = +(\\d+) \\+ \\( *(\\d+) = +(\\d+) \\+ +(\\d+) \\+ +(\\d+)\\) \\+"
                  + " +(\\d+)");
      for (int gpu = 0; gpu < 2; gpu++) {
        var match = row.matcher(table.get(1 + gpu));
        assertTrue(match.matches(), table.get(1 + gpu));
        assertTrue(match.group(1).startsWith("CUDA" + gpu + " "), match.group(1));
        long sum = 0;
        for (int part : new int[] {3, 4, 8}) {
          sum += Long.parseLong(match.group(part));
        }
        assertEquals(Long.parseLong(match.group(2)), sum, 2.0); // of numbers that are cut
      }
      assertTrue(table.get(3).startsWith("host "), table.get(3));
      assertEquals(table.get(1).indexOf('('), table.get(3).indexOf('('), String.join("\n", table));
    }
  }
}
