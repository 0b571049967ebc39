package dev.jora.cli.quantize;

import dev.jora.cli.common.Flags;
import dev.jora.cli.common.UserException;
import dev.jora.gguf.IoReason;
import dev.jora.quantize.QuantizeRequest;
import dev.jora.quantize.imatrix.ImportanceMatrix;
import dev.jora.quantize.recipe.Recipe;
import dev.jora.quantize.recipe.RecipeOptions;
import dev.jora.quantize.recipe.TargetTypes;
import dev.jora.quantize.recipe.TypeOverride;
import dev.jora.tensor.GgmlType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What may be asked of a quantization besides its type: llama-quantize's options, and --force. */
final class QuantizeOptions {
  @Option(
      names = "--imatrix",
      paramLabel = "FILE",
      description = "Importance matrix, GGUF or .dat: columns that matter get smaller errors.")
  Path imatrix;

  @Option(
      names = "--include-weights",
      paramLabel = "NAME",
      description = "Use the importance matrix for tensors with this in their name only.")
  List<String> include = List.of();

  @Option(
      names = "--exclude-weights",
      paramLabel = "NAME",
      description = "Do not use the importance matrix for tensors with this in their name.")
  List<String> exclude = List.of();

  @Option(names = "--allow-requantize", description = "Quantized tensors may be quantized again.")
  boolean allowRequantize;

  @Option(names = "--pure", description = "Every tensor the same type, no mixture.")
  boolean pure;

  @Option(names = "--leave-output-tensor", description = "output.weight keeps its type.")
  boolean leaveOutput;

  @Option(
      names = "--output-tensor-type",
      paramLabel = "TYPE",
      description = "Type of output.weight.")
  String outputType;

  @Option(
      names = "--token-embedding-type",
      paramLabel = "TYPE",
      description = "Type of the token embeddings.")
  String embeddingType;

  @Option(
      names = "--tensor-type",
      paramLabel = "REGEX=TYPE",
      description = "Type of all tensors whose name fits, as attn_v=Q8_0; the first that fits.")
  List<String> tensorTypes = List.of();

  @Option(
      names = "--tensor-type-file",
      paramLabel = "FILE",
      description = "A file of such, white space between them.")
  List<Path> tensorTypeFiles = List.of();

  @Option(
      names = "--prune-layers",
      paramLabel = "LIST",
      description = "Drop these layers, as 20,21; those behind move up.")
  String pruneLayers;

  @Option(names = "--keep-split", description = "As many files as the input has.")
  boolean keepSplit;

  @Option(
      names = "--override-kv",
      paramLabel = "KEY=TYPE:VALUE",
      description = "Set metadata; TYPE is int, float, bool or str.")
  List<String> overrides = List.of();

  @Option(names = "--force", description = "Replace the output if it is there already.")
  boolean force;

  /** The importance matrix, read and filtered. */
  Optional<QuantizeRequest.Matrix> matrix() {
    if (!include.isEmpty() && !exclude.isEmpty()) {
      throw UserException.usage("give either --include-weights or --exclude-weights");
    }
    return Optional.ofNullable(imatrix)
        .map(file -> new QuantizeRequest.Matrix(file.toString(), read(file)));
  }

  private ImportanceMatrix read(Path file) {
    ImportanceMatrix matrix = ImportanceMatrix.read(file).filtered(include, exclude);
    if (matrix.tensors().isEmpty()) {
      throw new UserException(file + ": no tensor is left of this importance matrix");
    }
    return matrix;
  }

  /** All of it, for one recipe. */
  QuantizeRequest request(Path output, Recipe recipe, Optional<QuantizeRequest.Matrix> matrix) {
    RecipeOptions recipeOptions = recipeOptions(matrix.isPresent());
    return new QuantizeRequest(
        output,
        recipe,
        recipeOptions,
        matrix,
        allowRequantize,
        keepSplit,
        force,
        Optional.ofNullable(pruneLayers),
        MetadataOverrides.parse(overrides));
  }

  private RecipeOptions recipeOptions(boolean hasMatrix) {
    try {
      return new RecipeOptions(
          pure,
          leaveOutput,
          type("--output-tensor-type", outputType),
          type("--token-embedding-type", embeddingType),
          typeOverrides(),
          hasMatrix);
    } catch (IllegalArgumentException e) { // no such type, no regular expression
      throw UserException.usage(Flags.message(e), e);
    }
  }

  private static Optional<GgmlType> type(String option, String name) {
    return Optional.ofNullable(name).map(text -> TargetTypes.parse(option, text));
  }

  private List<TypeOverride> typeOverrides() {
    List<TypeOverride> all =
        new ArrayList<>(
            tensorTypes.stream().map(text -> TypeOverride.parse("--tensor-type", text)).toList());
    for (Path file : tensorTypeFiles) {
      if (!Files.isRegularFile(file)) {
        throw new UserException("--tensor-type-file: there is no file " + file);
      }
      try {
        all.addAll(TypeOverride.parseFile(file));
      } catch (IOException e) {
        throw new UserException(
            "--tensor-type-file " + file + " cannot be read: " + IoReason.of(e), e);
      }
    }
    return all;
  }
}
