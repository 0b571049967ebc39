package dev.jora.cli.common;

import dev.jora.convert.AdapterBase;
import dev.jora.convert.AdapterConversion;
import dev.jora.convert.AdapterFolder;
import dev.jora.convert.adapter.PeftAdapter;
import dev.jora.convert.source.SourceException;
import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufException;
import dev.jora.gguf.IoReason;
import dev.jora.hub.LocalModel;
import dev.jora.quantize.QuantizeListener;
import dev.jora.quantize.Quantizer;
import dev.jora.tensor.GgmlType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An adapter's folder as a file that can be run: converted on its first use, and kept in the cache
 * as long as neither its files nor the model change.
 */
public final class ConvertedAdapter {
  private ConvertedAdapter() {}

  /**
   * The file of an adapter, made if it is not there.
   *
   * @param adapter a file, which is taken as it is, or a folder
   * @param model that it is for, file or folder
   */
  public static Path file(Path adapter, Path model, CommonOptions common) {
    if (!Files.isDirectory(adapter)) {
      return adapter;
    }
    try (PeftAdapter opened = AdapterFolder.open(adapter)) {
      Path place = ConvertedFolder.place(adapter, "\n" + state(model));
      if (!Files.isRegularFile(place)) {
        AdapterConversion conversion =
            conversion(opened, model, HubOptions.of(new NetworkOptions()));
        Files.createDirectories(place.getParent());
        common.info("jora: converting %s, once, into %s", adapter, place);
        try (WorkPool pool = new WorkPool(1);
            Quantizer quantizer = new Quantizer(pool)) {
          conversion.write(
              place, GgmlType.F32, Optional.empty(), quantizer, new QuantizeListener() {});
        }
      }
      return place;
    } catch (IOException e) {
      throw new UserException(adapter + " could not be converted: " + IoReason.of(e), e);
    }
  }

  private static String state(Path model) throws IOException {
    Path file = Files.isDirectory(model) ? model.resolve("config.json") : model;
    return Files.isRegularFile(file)
        ? file.toRealPath() + " " + Files.size(file) + " " + Files.getLastModifiedTime(file)
        : file.toString();
  }

  /** What becomes of an adapter for a model; where that does not say all, its own base does. */
  private static AdapterConversion conversion(PeftAdapter adapter, Path model, HubOptions hub) {
    try {
      return AdapterBase.convert(adapter, model);
    } catch (SourceException | GgufException e) {
      Optional<Path> own = Files.isDirectory(model) ? Optional.empty() : base(adapter, hub);
      if (own.isEmpty()) {
        throw e;
      }
      return AdapterBase.convert(adapter, own.get());
    }
  }

  /** The folder of the model that an adapter names as its base, if it is on this disk. */
  public static Optional<Path> base(PeftAdapter adapter, HubOptions hub) {
    return adapter.base().flatMap(name -> folder(name).or(() -> cached(name, hub)));
  }

  private static Optional<Path> folder(String name) {
    try {
      return Optional.of(Path.of(name)).filter(ConvertedFolder::isOne);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static Optional<Path> cached(String name, HubOptions hub) {
    try {
      return hub.localModels().all().stream()
          .filter(model -> model.store().equals("hf") && model.name().equals(name))
          .map(LocalModel::path)
          .filter(ConvertedFolder::isOne)
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
