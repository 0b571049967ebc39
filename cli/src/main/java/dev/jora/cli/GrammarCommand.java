package dev.jora.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.ExitCode;
import dev.jora.cli.common.GrammarOptions;
import dev.jora.cli.common.GrammarSource;
import dev.jora.cli.common.Json;
import dev.jora.cli.common.ModelOptions;
import dev.jora.cli.common.Output;
import dev.jora.cli.common.Text;
import dev.jora.cli.common.UserException;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.Utf8;
import dev.jora.grammar.CompiledGrammar;
import dev.jora.grammar.GrammarTokens;
import dev.jora.tokenizer.Tokenizer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jora grammar}: checks a grammar, and follows a text in it. Reads no weights. */
@Command(
    name = "grammar",
    description = {
      "Checks a grammar or a JSON schema.",
      "For a text, shows at each token how many others could have come, and where the text leaves"
          + " the grammar."
    },
    customSynopsis =
        "jora grammar [OPTIONS] [MODEL.gguf | -m FILE] [--grammar-file FILE | --grammar GBNF |"
            + " -jf FILE | -j SCHEMA] [--text TEXT | --text-file FILE]",
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the grammar is good, whether the text fits or not",
      "1:it is none: line and column are told",
      "2:the command line is wrong"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  jora grammar -m model.gguf --grammar-file list.gbnf",
      "  jora grammar -m model.gguf -jf person.json --text '{\"name\": 1}'"
    })
final class GrammarCommand implements Callable<Integer> {
  /** So many of the tokens that could have come are named. */
  private static final int NAMED = 12;

  @Mixin ModelOptions model = new ModelOptions();
  @Mixin GrammarOptions judged = new GrammarOptions();

  @Mixin GrammarText text = new GrammarText();

  @Option(names = "--gbnf", description = "Print the grammar, as it is made of a schema.")
  boolean gbnf;

  @Option(
      names = "--json",
      description = "One JSON object: rules, positions, and for a text accepted and steps.")
  boolean json;

  @Mixin CommonOptions common = new CommonOptions();

  @Override
  public Integer call() {
    text.check();
    judged.check();
    GrammarSource source = judged.source(false);
    if (source == null) {
      throw UserException.usage(
          "no grammar: give --grammar-file, --grammar, --json-schema-file or --json-schema");
    }
    byte[] bytes = text.bytes();
    Tokenizer tokenizer = Tokenizer.from(GgufFile.readMetadata(model.path()));
    GrammarTokens tokens = new GrammarTokens(tokenizer);
    long start = System.nanoTime();
    CompiledGrammar compiled = source.compile(tokens);
    double millis = (System.nanoTime() - start) / 1e6;
    GrammarTrace trace = bytes == null ? null : GrammarTrace.of(compiled, tokenizer, bytes);
    Output out = Output.standard();
    if (json) {
      Json.print(out, json(compiled, millis, trace, source));
    } else {
      if (gbnf) {
        out.print(source.gbnf().stripTrailing()).println("");
      } else {
        out.println(
            String.format(
                Locale.ROOT,
                "rules %d, positions %d, compiled in %.1f ms",
                compiled.rules(),
                compiled.positions(),
                millis));
      }
      if (trace != null) {
        show(trace, out);
      }
    }
    out.flush();
    return ExitCode.OK;
  }

  private ObjectNode json(
      CompiledGrammar compiled, double millis, GrammarTrace trace, GrammarSource source) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("rules", compiled.rules());
    root.put("positions", compiled.positions());
    root.put("compile_ms", millis);
    if (gbnf) {
      root.put("gbnf", source.gbnf());
    }
    if (trace != null) {
      root.put("accepted", trace.accepted());
      root.put("whole", trace.isWhole());
      root.set("tokens", RunJson.ids(trace.ids()));
      ArrayNode steps = root.putArray("steps");
      for (GrammarTrace.Step step : trace.steps()) {
        ObjectNode node = steps.addObject();
        node.put("allowed", step.allowed()).put("hash", step.hash()).put("end", step.end());
        if (step.index() < trace.ids().length) {
          node.put("id", trace.ids()[step.index()]);
          node.put("piece", Text.wellFormed(trace.piece(step.index())));
        }
      }
    }
    return root;
  }

  private static void show(GrammarTrace trace, Output out) {
    out.println("  step  allowed  end  token");
    for (GrammarTrace.Step step : trace.steps()) {
      boolean last = step.index() == trace.ids().length;
      String piece = last ? "" : Text.quoted(Utf8.decode(trace.piece(step.index())));
      out.println(
          String.format(
                  Locale.ROOT,
                  "%6d %8d  %-3s  %s",
                  step.index(),
                  step.allowed(),
                  step.end() ? "yes" : "",
                  piece)
              .stripTrailing());
    }
    out.println(verdict(trace));
  }

  private static String verdict(GrammarTrace trace) {
    if (trace.isWhole()) {
      return "the text fits";
    }
    List<String> next = trace.next(NAMED);
    boolean more = trace.steps().getLast().allowed() > next.size();
    String named = String.join(" ", next) + (more ? " …" : "");
    String could = named.isEmpty() ? "" : ": there could come " + named;
    return trace.accepted() == trace.ids().length
        ? "the text fits so far, and cannot end here" + could
        : "token "
            + trace.accepted()
            + " does not fit"
            + (named.isEmpty() ? ": the text must end before it" : could);
  }
}
