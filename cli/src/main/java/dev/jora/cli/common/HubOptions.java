package dev.jora.cli.common;

import dev.jora.hub.Hub;
import dev.jora.hub.HubName;
import dev.jora.hub.HubSettings;
import dev.jora.hub.LocalModels;
import dev.jora.hub.UrlStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A model from the hub or from another address. */
public final class HubOptions {
  @Option(
      names = {"-hf", "-hfr", "--hf-repo"},
      paramLabel = "USER/REPO[:QUANT]",
      description =
          "Model of the hub, fetched if it is not there (default QUANT: Q4_K_M, else Q8_0, else the"
              + " first file).")
  String repository;

  @Option(
      names = {"-hff", "--hf-file"},
      paramLabel = "FILE",
      description = "With -hf: this file of it.")
  String hubFile;

  @Option(
      names = {"-mu", "--model-url"},
      paramLabel = "URL",
      description = "Model at an address, fetched if it is not there.")
  String url;

  /** How the hub is reached. */
  @Mixin NetworkOptions network = new NetworkOptions();

  /** What fetches, reached like that. */
  public static HubOptions of(NetworkOptions network) {
    HubOptions hub = new HubOptions();
    hub.network = network;
    return hub;
  }

  /** True if a model is named. */
  public boolean isNamed() {
    return repository != null || url != null;
  }

  /** The file or folder of the model, fetched if it is not there. */
  public Path path(CommonOptions common) {
    if (repository == null) {
      return fetched(url, common);
    }
    HubName name = HubName.of(repository);
    return pull(hubFile == null ? name : name.withFile(hubFile), null, common);
  }

  /** What is at an address. */
  public Path fetched(String address, CommonOptions common) {
    PullProgress progress = new PullProgress(common);
    try (UrlStore store = new UrlStore(network.settings(), progress)) {
      return store.pull(address);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      progress.clear();
    }
  }

  /** A model of the hub. */
  public Path pull(HubName name, String revision, CommonOptions common) {
    PullProgress progress = new PullProgress(common);
    try (Hub hub = new Hub(network.settings(), progress)) {
      return hub.pull(name, revision);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      progress.clear();
    }
  }

  /** A model that a store on this disk has; one of the hub is fetched. */
  Path stored(String store, String name, CommonOptions common) {
    if (store.equals("hf")) {
      return pull(HubName.of(name), null, common);
    }
    try {
      return localModels().find(store, name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The models that are on the disk. */
  public LocalModels localModels() {
    return new LocalModels(settings(), System::getenv, NetworkOptions.home());
  }

  /** Where the hub and its cache are. */
  public HubSettings settings() {
    return network.settings();
  }
}
