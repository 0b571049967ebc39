package dev.jora.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.ExitCode;
import dev.jora.cli.common.Json;
import dev.jora.cli.common.Output;
import dev.jora.cli.common.Text;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufValue;
import dev.jora.gguf.TensorInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jora gguf dump}: every key and every tensor of one file. */
@Command(
    name = "dump",
    description = {
      "Prints every key with its type and value, and every tensor with type, shape, offset",
      "in the data, and bytes. Long values are cut; --json has all of them. A shard stays alone."
    },
    customSynopsis = "jora gguf dump [OPTIONS] FILE",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {"  jora gguf dump model.gguf", "  jora gguf dump --no-tensors --json model.gguf"})
final class GgufDumpCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "The file.")
  Path file;

  @Option(names = "--json", description = "One JSON object, with all of every value.")
  boolean json;

  @Option(names = "--no-tensors", description = "Keys only.")
  boolean keysOnly;

  @Mixin CommonOptions common;

  @Override
  public Integer call() {
    try (GgufFile gguf = GgufFile.openAlone(file)) {
      Output out = Output.standard();
      if (json) {
        Json.printPretty(out, json(gguf));
      } else {
        print(out, gguf);
      }
      out.flush();
    }
    return ExitCode.OK;
  }

  private void print(Output out, GgufFile gguf) {
    Map<String, GgufValue> values = gguf.metadata().values();
    out.printf(
        "GGUF version %d, %d keys, %d tensors, alignment %d, %d bytes%n",
        gguf.version(), values.size(), gguf.infos().size(), gguf.alignment(), gguf.fileBytes());
    int i = 0;
    for (Map.Entry<String, GgufValue> entry : values.entrySet()) {
      out.printf(
          "%5d: %-14s %s = %s%n",
          ++i,
          entry.getValue().label(),
          Text.plain(entry.getKey()),
          InfoCommand.show(entry.getValue()));
    }
    i = 0;
    for (TensorInfo info : keysOnly ? List.<TensorInfo>of() : gguf.infos()) {
      out.printf(
          "%5d: %-8s %-24s at %d, %d bytes: %s%n",
          ++i, info.type(), info.shape(), info.offset(), info.bytes(), Text.plain(info.name()));
    }
  }

  private ObjectNode json(GgufFile gguf) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("file", file.toString());
    root.put("version", gguf.version());
    root.put("alignment", gguf.alignment());
    root.put("file_bytes", gguf.fileBytes());
    ObjectNode metadata = root.putObject("metadata");
    gguf.metadata()
        .values()
        .forEach(
            (key, value) ->
                InfoCommand.put(
                    metadata.putObject(key).put("type", value.label()), "value", value));
    if (!keysOnly) {
      ArrayNode tensors = root.putArray("tensors");
      for (TensorInfo info : gguf.infos()) {
        ObjectNode node = tensors.addObject();
        node.put("name", info.name()).put("type", info.type().name());
        ArrayNode shape = node.putArray("shape");
        for (int i = 0; i < info.shape().dims(); i++) {
          shape.add(info.shape().ne(i));
        }
        node.put("offset", info.offset()).put("bytes", info.bytes());
      }
    }
    return root;
  }
}
