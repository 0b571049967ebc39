package dev.jora.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jora.backend.cuda.shim.ShimProgram;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** JCuda itself over a driver's library that is made here; {@link ShimProgram} has the checks. */
final class JCudaDriverTest {
  private static final int CHECKS = 16;

  @TestFactory
  List<DynamicTest> overTheShim(@TempDir Path folder) throws Exception {
    assumeTrue(
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64"),
        "skipped: the shim is machine code for Linux on x86-64");
    Path temporary = Files.createDirectory(folder.resolve("temporary"));
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                ShimProgram.class.getName(),
                folder.toString())
            .redirectErrorStream(true);
    builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
    builder.environment().remove("CUDA_VISIBLE_DEVICES");
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    assertTrue(
        said.startsWith("ok ") || said.startsWith("failed "), "nothing else is said: " + said);

    List<DynamicTest> tests = new ArrayList<>();
    for (String part : said.split("(?m)^(?=ok |failed )")) {
      String name = part.lines().findFirst().orElseThrow();
      tests.add(
          DynamicTest.dynamicTest(
              name.substring(name.indexOf(' ') + 1),
              () -> {
                if (!part.equals(name + "\n")) {
                  fail(part);
                }
              }));
    }
    assertEquals(CHECKS, tests.size(), said);
    return tests;
  }
}
