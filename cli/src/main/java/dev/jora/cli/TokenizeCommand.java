package dev.jora.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.ExitCode;
import dev.jora.cli.common.Json;
import dev.jora.cli.common.ModelOptions;
import dev.jora.cli.common.Output;
import dev.jora.cli.common.Text;
import dev.jora.gguf.GgufFile;
import dev.jora.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jora tokenize}: text in, token ids out. Reads no weights. */
@Command(
    name = "tokenize",
    description = "Shows the tokens of a text: one line each, or ids alone.",
    customSynopsis =
        "jora tokenize [OPTIONS] [MODEL.gguf | -m FILE] (\"TEXT\" | -p TEXT | -f FILE | --stdin)",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  jora tokenize model.gguf \"Hello world\"",
      "  jora tokenize -m model.gguf --stdin --ids < book.txt"
    })
final class TokenizeCommand implements Callable<Integer> {
  @Mixin ModelOptions model;

  @Mixin TextOptions text;

  @Option(names = "--ids", description = "Print the ids only: [1, 2, 3].")
  boolean idsOnly;

  @Option(names = "--no-bos", description = "Do not add the tokens that begin and end a text.")
  boolean noBos;

  @Option(names = "--no-parse-special", description = "Take control tokens in the text as text.")
  boolean noParseSpecial;

  @Option(names = "--show-count", description = "Print the number of tokens at the end.")
  boolean showCount;

  @Option(names = "--json", description = "One JSON object: ids, and the tokens with their pieces.")
  boolean json;

  @Mixin CommonOptions common;

  @Override
  public Integer call() {
    byte[] bytes = text.bytes();
    Tokenizer tokenizer = Tokenizer.from(GgufFile.readMetadata(model.path()));
    if (!common.isQuiet()) {
      tokenizer.warning().ifPresent(common::warn);
    }
    int[] ids = tokenizer.encode(bytes, !noBos, !noParseSpecial);
    Output out = Output.standard();
    if (json) {
      Json.print(out, json(tokenizer, ids));
    } else if (idsOnly) {
      out.println(Arrays.toString(ids));
    } else {
      for (int id : ids) {
        out.printf("%6d -> '", id).write(tokenizer.piece(id, true)).print("'\n");
      }
    }
    if (showCount && !json) {
      out.println("Total number of tokens: " + ids.length);
    }
    out.flush();
    return ExitCode.OK;
  }

  private static ObjectNode json(Tokenizer tokenizer, int[] ids) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("count", ids.length);
    root.set("ids", RunJson.ids(ids));
    ArrayNode tokens = root.putArray("tokens");
    for (int id : ids) {
      tokens.addObject().put("id", id).put("piece", Text.wellFormed(tokenizer.piece(id, true)));
    }
    return root;
  }
}
