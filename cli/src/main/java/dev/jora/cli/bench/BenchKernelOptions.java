package dev.jora.cli.bench;

import dev.jora.bench.KernelSpeed;
import dev.jora.cli.common.ThreadOptions;
import dev.jora.cli.common.UserException;
import dev.jora.kernel.KernelSelector;
import dev.jora.quant.BlockFormat;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which kernels {@code bench} uses, or measures one by one. */
final class BenchKernelOptions {
  /** What {@code --kernels} holds where no name follows it. */
  private static final String TABLE = "";

  @Option(
      names = "--kernels",
      paramLabel = "NAME",
      arity = "0..1",
      fallbackValue = TABLE,
      description = {
        "Highest kernel set to use (default: the fastest).",
        "Without NAME: a table of every kernel, with -t threads, in -o md or json."
      })
  String kernels;

  @Option(
      names = "--sets",
      paramLabel = "NAME",
      split = ",",
      converter = SetConverter.class,
      description = "Kernel sets of that table (default: all of this machine but scalar).")
  List<String> sets = new ArrayList<>();

  @Option(
      names = "--types",
      paramLabel = "LIST",
      split = ",",
      converter = TypeConverter.class,
      completionCandidates = TypeConverter.class,
      description = "Tensor types of that table (default: all).")
  List<GgmlType> types = new ArrayList<>();

  @Option(
      names = "--row",
      paramLabel = "N",
      defaultValue = "2048",
      description = "Values in a row of weights (default: ${DEFAULT-VALUE}).")
  int row;

  /** True if kernels are to be measured and not models. */
  boolean table() {
    return TABLE.equals(kernels);
  }

  /** The kernel set for models. */
  KernelSelector.Choice choice() {
    return ThreadOptions.choice(kernels);
  }

  /** Kernel sets that are asked for. */
  List<String> sets() {
    return sets.isEmpty()
        ? KernelSelector.names().stream().filter(name -> !name.equals("scalar")).toList()
        : sets;
  }

  /** Types that are asked for, in the order of the table of formats. */
  List<GgmlType> types() {
    return BlockFormats.all().stream()
        .map(BlockFormat::type)
        .filter(type -> types.isEmpty() || types.contains(type))
        .toList();
  }

  /** The length of a row. */
  int row() {
    if (row < 32 || row % 32 != 0 || row > KernelSpeed.MOST_VALUES) {
      throw new UserException(
          "--row must be a multiple of 32 up to " + KernelSpeed.MOST_VALUES + ", not " + row);
    }
    return row;
  }

  /** A name of the ladder. */
  static final class SetConverter implements ITypeConverter<String> {
    @Override
    public String convert(String name) {
      try {
        KernelSelector.requireRung(name);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
      return name;
    }
  }

  /** A type that jora can compute with, and the names of all. */
  static final class TypeConverter implements ITypeConverter<GgmlType>, Iterable<String> {
    private static List<GgmlType> known() {
      return BlockFormats.all().stream().map(BlockFormat::type).toList();
    }

    @Override
    public Iterator<String> iterator() {
      return known().stream().map(GgmlType::name).iterator();
    }

    @Override
    public GgmlType convert(String name) {
      return known().stream()
          .filter(type -> type.name().equalsIgnoreCase(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'" + name + "' is not one of " + String.join(", ", this)));
    }
  }
}
