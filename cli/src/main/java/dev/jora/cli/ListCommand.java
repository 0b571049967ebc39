package dev.jora.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.ExitCode;
import dev.jora.cli.common.HubOptions;
import dev.jora.cli.common.Json;
import dev.jora.cli.common.Output;
import dev.jora.cli.common.Text;
import dev.jora.cli.common.Units;
import dev.jora.hub.LocalModel;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jora list}: the models that are on the disk. */
@Command(
    name = "list",
    description = {
      "Lists the models on this disk: of the hub's cache, of ollama and of LM Studio.",
      "Each has its name, as -m takes it, size, kind and path."
    },
    customSynopsis = "jora list [OPTIONS]",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {"  jora list", "  jora run -m ollama:gemma3 \"a prompt\""})
final class ListCommand implements Callable<Integer> {
  @Option(names = "--json", description = "A JSON array of objects.")
  boolean json;

  @Mixin CommonOptions common;

  @Override
  public Integer call() throws IOException {
    List<LocalModel> models = new HubOptions().localModels().all();
    Output out = Output.standard();
    if (json) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      models.forEach(
          m ->
              array
                  .addObject()
                  .put("name", name(m))
                  .put("store", m.store())
                  .put("kind", m.kind())
                  .put("bytes", m.bytes())
                  .put("path", m.path().toString()));
      Json.printPretty(out, array);
      return ExitCode.OK;
    }
    int width = models.stream().mapToInt(m -> Text.plain(name(m)).length()).max().orElse(0);
    for (LocalModel m : models) {
      out.println(
          "%s  %s  %s  %s"
              .formatted(
                  Text.padded(Text.plain(name(m)), width),
                  Text.padded(Units.bytes(m.bytes()), 10),
                  Text.padded(m.kind(), 11),
                  Text.plain(m.path().toString())));
    }
    out.flush();
    if (models.isEmpty()) {
      common.info("jora: no models yet: jora pull USER/REPO fetches one");
    }
    return ExitCode.OK;
  }

  private static String name(LocalModel model) {
    return model.store() + ":" + model.name();
  }
}
