package dev.jora.cli;

import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.ExitCode;
import dev.jora.cli.common.Interrupt;
import dev.jora.cli.common.PromptOptions;
import dev.jora.cli.common.Text;
import dev.jora.cli.common.UserException;
import dev.jora.gguf.GgufException;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufValue;
import dev.jora.gguf.GgufWriter;
import dev.jora.gguf.IoReason;
import dev.jora.gguf.SplitSet;
import dev.jora.gguf.TensorInfo;
import dev.jora.gguf.Utf8;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jora gguf set}: other metadata, the same tensors. */
@Command(
    name = "set",
    description = {
      "Writes a copy of a model file with other metadata; its tensors stay as they are.",
      "Of a split model give the first shard: it has the metadata, and stays a shard."
    },
    customSynopsis = "jora gguf set [OPTIONS] FILE -o OUT",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  jora gguf set model.gguf --chat-template-file chat.jinja -o fixed.gguf",
      "  jora gguf set model.gguf --kv tokenizer.ggml.add_bos_token=bool:false -o fixed.gguf",
      "  jora gguf set model.gguf --kv 'general.tags=arr[str]:[\"a\",\"b\"]' -o fixed.gguf"
    })
final class GgufSetCommand implements Callable<Integer> {
  private static final String TEMPLATE = "tokenizer.chat_template";

  /** What the layout of the file depends on. */
  private static final Set<String> FIXED =
      Set.of("general.alignment", SplitSet.NO, SplitSet.COUNT, SplitSet.TENSORS);

  @Parameters(paramLabel = "FILE", description = "The model.")
  Path file;

  @Option(
      names = "--chat-template-file",
      paramLabel = "F",
      description = "The chat template, into " + TEMPLATE + ".")
  Path template;

  @Option(
      names = "--kv",
      paramLabel = "KEY=TYPE:VALUE",
      description =
          "Set a key. TYPE: int, float, bool, str as in --override-kv, u8 to u64, i8 to i64, f32,"
              + " f64, or arr[TYPE] of a JSON array; repeatable.")
  List<String> pairs = new ArrayList<>();

  @Option(
      names = "--remove",
      paramLabel = "KEY",
      description = "Take a key away; that there is none is a warning. Repeatable.")
  List<String> removed = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT",
      description = "The file to write.")
  Path output;

  @Option(
      names = "--force",
      description =
          "Replace OUT if it is there, FILE too; let a key have another type, an array another"
              + " length.")
  boolean force;

  @Mixin CommonOptions common;

  @Override
  public Integer call() {
    if (template == null && pairs.isEmpty() && removed.isEmpty()) {
      throw UserException.usage("nothing to change: give --chat-template-file, --kv or --remove");
    }
    try (Interrupt interrupt = new Interrupt();
        GgufFile source = GgufFile.openAlone(file)) {
      Map<String, GgufValue> metadata = changed(source);
      checkOutput();
      if (!write(source, metadata, interrupt)) {
        common.warn("interrupted: nothing was written");
        return ExitCode.INTERRUPTED;
      }
      common.info("%s: %d keys, %d tensors", output, metadata.size(), source.infos().size());
    } catch (NoSuchFileException e) {
      throw new UserException(output + " cannot be written: no such folder", e);
    } catch (IOException e) {
      throw new UserException(output + " cannot be written: " + IoReason.of(e), e);
    }
    return ExitCode.OK;
  }

  private Map<String, GgufValue> changed(GgufFile source) {
    Map<String, GgufValue> metadata = new LinkedHashMap<>(source.metadata().values());
    for (String key : removed) {
      requireFree(key);
      if (metadata.remove(key) == null) {
        common.warn("%s: key %s: there is none to remove", file, Text.plain(key));
      }
    }
    if (template != null) {
      set(metadata, TEMPLATE, new GgufValue.Str(Utf8.decode(PromptOptions.read(template))));
    }
    for (String pair : pairs) {
      Map.Entry<String, GgufValue> parsed = KeyValues.parse(pair, metadata);
      set(metadata, parsed.getKey(), parsed.getValue());
    }
    return metadata;
  }

  private void set(Map<String, GgufValue> metadata, String key, GgufValue value) {
    requireFree(key);
    GgufValue before = metadata.get(key);
    if (before != null && !before.label().equals(value.label()) && !force) {
      throw new UserException(
          "%s: key %s is %s, not %s; --force changes that too"
              .formatted(file, Text.plain(key), before.label(), value.label()));
    }
    metadata.put(key, value);
  }

  private void requireFree(String key) {
    if (FIXED.contains(key)) {
      throw new UserException(
          file + ": key " + key + " says how the file is laid out, and cannot be changed");
    }
  }

  private void checkOutput() throws IOException {
    if (Files.exists(output) && !force) {
      throw new UserException(
          Files.isSameFile(file, output)
              ? output + " is the input itself; replace it with --force, or name another file"
              : output + " is there already; replace it with --force, or name another file");
    }
  }

  private static GgufException cut(GgufFile source, TensorInfo info, InternalError e) {
    return GgufException.cutWhileMapped(source.path(), -1, "tensor " + info.name(), e);
  }

  private boolean write(GgufFile source, Map<String, GgufValue> metadata, Interrupt interrupt)
      throws IOException {
    try (GgufWriter out = GgufWriter.create(output, metadata, source.infos())) {
      for (TensorInfo info : source.infos()) {
        if (interrupt.requested()) {
          return false;
        }
        try {
          out.append(source.tensor(info.name()).data());
        } catch (InternalError e) {
          throw cut(source, info, e);
        }
      }
      out.finish();
      return true;
    }
  }
}
