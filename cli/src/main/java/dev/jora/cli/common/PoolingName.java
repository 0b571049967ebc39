package dev.jora.cli.common;

import dev.jora.model.Pooling;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Poolings that make vectors, by name. */
public final class PoolingName implements ITypeConverter<Pooling>, Iterable<String> {
  private static final List<String> NAMES = List.of("none", "mean", "cls", "last");

  @Override
  public Iterator<String> iterator() {
    return NAMES.iterator();
  }

  @Override
  public Pooling convert(String text) {
    String name = text.toLowerCase(Locale.ROOT);
    if (name.equals("rank")) {
      throw new TypeConversionException("'rank' makes scores, not vectors: jora rerank does that");
    }
    if (!NAMES.contains(name)) {
      throw new TypeConversionException("'" + text + "' is not none, mean, cls or last");
    }
    return Pooling.valueOf(name.toUpperCase(Locale.ROOT));
  }
}
