package dev.jora.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Models that are on the disk: those of the hub's cache, of ollama and of LM Studio. */
public final class LocalModels {
  private static final int MOST_BYTES = 4 << 20;
  private static final int DEPTH = 8;
  private static final String HUB = "models--";
  private static final List<String> STORES = List.of("hf", "ollama", "lmstudio");
  private static final String MODEL = "application/vnd.ollama.image.model";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final HubSettings settings;
  private final List<Path> ollama;
  private final List<Path> studio;

  /** Those of a user. */
  public LocalModels(HubSettings settings, UnaryOperator<String> variables, Path home) {
    this.settings = settings;
    String own = variables.apply("OLLAMA_MODELS");
    this.ollama =
        own != null && !own.isBlank()
            ? List.of(HubSettings.path(variables, "OLLAMA_MODELS", home, home))
            : List.of(
                home.resolve(".ollama").resolve("models"),
                Path.of("/usr/share/ollama/.ollama/models"));
    this.studio =
        List.of(
            home.resolve(".lmstudio").resolve("models"),
            home.resolve(".cache").resolve("lm-studio").resolve("models"));
  }

  /** All of them; what cannot be read is not among them. */
  public List<LocalModel> all() throws IOException {
    List<LocalModel> all = new ArrayList<>();
    for (String store : STORES) {
      all.addAll(of(store));
    }
    return all;
  }

  private List<LocalModel> of(String store) throws IOException {
    List<LocalModel> found = new ArrayList<>();
    switch (store) {
      case "hf" -> hub(found);
      case "ollama" -> {
        for (Path folder : ollama) {
          ollama(folder, found);
        }
      }
      default -> {
        for (Path folder : studio) {
          studio(folder, found);
        }
      }
    }
    return found;
  }

  /** The file of a model that {@code ollama} or {@code lmstudio} has by this name. */
  public Path find(String store, String name) throws IOException {
    List<LocalModel> models = of(store);
    for (LocalModel model : models) {
      boolean tagged = store.equals("ollama") && model.name().equals(name + ":latest");
      boolean folder = store.equals("lmstudio") && model.name().startsWith(name + "/");
      if (model.name().equals(name) || tagged || folder) {
        return model.path();
      }
    }
    List<String> names = models.stream().map(LocalModel::name).limit(8).toList();
    throw HubException.of(
        "%s has no model %s on this disk: it has %s",
        store, name, names.isEmpty() ? "none" : String.join(", ", names));
  }

  // ---- the hub's cache ----------------------------------------------------------------------

  private void hub(List<LocalModel> found) throws IOException {
    for (String repository : repositories()) {
      try {
        repository(repository, found);
      } catch (IOException | UncheckedIOException e) {
        // another user's, or it goes while it is looked at
      }
    }
  }

  private void repository(String repository, List<LocalModel> found) throws IOException {
    HubCache cache = new HubCache(settings, repository);
    Set<Path> seen = new HashSet<>();
    for (String commit : cache.commits(null)) {
      List<String> paths = cache.files(commit);
      for (String path : paths) {
        List<String> parts = FileChoice.parts(path);
        Path file = cache.pointer(commit, path);
        if (path.endsWith(".gguf") && parts.get(0).equals(path) && seen.add(file.toRealPath())) {
          long bytes = bytes(cache, commit, parts);
          found.add(new LocalModel("hf", repository + "/" + path, "gguf", bytes, file));
        }
      }
      List<String> checkpoint = FileChoice.checkpoint(paths);
      if (checkpoint.contains("config.json") && seen.add(cache.folder())) {
        long bytes = bytes(cache, commit, checkpoint);
        Path folder = cache.snapshot(commit);
        found.add(new LocalModel("hf", repository, "safetensors", bytes, folder));
      }
    }
  }

  private static long bytes(HubCache cache, String commit, List<String> paths) throws IOException {
    long bytes = 0;
    for (String path : paths) {
      Path file = cache.pointer(commit, path);
      bytes += Files.exists(file) ? Files.size(file) : 0;
    }
    return bytes;
  }

  private List<String> repositories() throws IOException {
    return folders(settings.cache()).stream()
        .map(folder -> folder.getFileName().toString())
        .filter(name -> name.startsWith(HUB))
        .map(name -> name.substring(HUB.length()).replaceFirst("--", "/"))
        .filter(HubName::isRepository)
        .toList();
  }

  private static List<Path> folders(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(Files::isDirectory).sorted().toList();
    }
  }

  // ---- ollama -------------------------------------------------------------------------------

  private static void ollama(Path store, List<LocalModel> found) throws IOException {
    Path manifests = store.resolve("manifests");
    for (Path manifest : FolderWalk.files(manifests, DEPTH, true)) {
      Path place = manifests.relativize(manifest);
      if (place.getNameCount() < 4) {
        continue;
      }
      String digest = digest(manifest);
      Path blob = store.resolve("blobs").resolve("sha256-" + digest);
      if (digest != null && Files.isRegularFile(blob)) {
        found.add(new LocalModel("ollama", name(place), "gguf", Files.size(blob), blob));
      }
    }
  }

  /** {@code gemma3:4b} of {@code registry.ollama.ai/library/gemma3/4b}, others with more words. */
  private static String name(Path place) {
    String words = place.toString().replace('\\', '/');
    String name = words.replaceFirst("/([^/]+)$", ":$1");
    return name.replaceFirst("^registry\\.ollama\\.ai/(?:library/)?", "");
  }

  /** The model's SHA-256 in a manifest, or null. */
  private static String digest(Path manifest) {
    try (InputStream in = Files.newInputStream(manifest)) {
      JsonNode layers = MAPPER.readTree(in.readNBytes(MOST_BYTES)).path("layers");
      for (JsonNode layer : layers) {
        String digest = layer.path("digest").asText();
        if (layer.path("mediaType").asText().equals(MODEL)
            && digest.matches("sha256:[0-9a-f]{64}")) {
          return digest.substring("sha256:".length());
        }
      }
    } catch (IOException e) {
      // no manifest
    }
    return null;
  }

  // ---- LM Studio ----------------------------------------------------------------------------

  private static void studio(Path store, List<LocalModel> found) throws IOException {
    for (Path file : FolderWalk.files(store, DEPTH, true)) {
      String name = store.relativize(file).toString().replace('\\', '/');
      List<String> parts = FileChoice.parts(name);
      if (FileChoice.gguf(List.of(name), null) != null && parts.get(0).equals(name)) {
        long bytes = 0;
        for (String part : parts) {
          Path each = store.resolve(part);
          bytes += Files.exists(each) ? Files.size(each) : 0;
        }
        found.add(new LocalModel("lmstudio", name, "gguf", bytes, file));
      }
    }
  }
}
