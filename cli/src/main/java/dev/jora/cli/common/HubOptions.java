package dev.jora.cli.common;

import dev.jora.hub.Hub;
import dev.jora.hub.HubAddress;
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
          "Model of the hub, or its address there; fetched if it is not here (default QUANT:"
              + " Q4_K_M, else Q8_0, else the first file).")
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
    return repository != null || url != null || hubFile != null;
  }

  /** The file or folder of the model, fetched if it is not there. */
  public Path path(CommonOptions common) {
    if (repository != null && url != null) {
      throw UserException.usage("the model is given twice: -hf and -mu");
    }
    if (repository == null && hubFile != null) {
      throw UserException.usage("-hff names a file of what -hf names: -hf USER/REPO is missing");
    }
    if (repository == null) {
      return fetched(url, common);
    }
    HubAddress address = hubAddress(repository);
    HubName name = address.name();
    return pull(hubFile == null ? name : name.withFile(hubFile), address.revision(), common);
  }

  private HubAddress hubAddress(String text) {
    return HubAddress.of(text, settings().endpoint());
  }

  /**
   * What a user names in one word: a model of the hub, a page there, an address elsewhere.
   *
   * @param revision a branch, tag or commit of the hub; null: what the word says, or main
   */
  public Path fetched(String word, String revision, CommonOptions common) {
    boolean elsewhere =
        word.strip().matches("(?i)https?://.*")
            && HubAddress.page(word, settings().endpoint()) == null;
    if (elsewhere && revision != null) {
      throw UserException.usage("--revision is of models of the hub: " + word + " has none");
    }
    if (elsewhere) {
      return fetched(word, common);
    }
    HubAddress address = hubAddress(word);
    return pull(address.name(), revision == null ? address.revision() : revision, common);
  }

  /** What is at an address. */
  public Path fetched(String address, CommonOptions common) {
    try (PullProgress progress = new PullProgress(common);
        UrlStore store = new UrlStore(network.settings(), progress)) {
      return store.pull(address);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A model of the hub. */
  public Path pull(HubName name, String revision, CommonOptions common) {
    try (PullProgress progress = new PullProgress(common);
        Hub hub = new Hub(network.settings(), progress)) {
      return hub.pull(name, revision);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A model that a store on this disk has; one of the hub is fetched. */
  Path stored(String store, String name, CommonOptions common) {
    if (store.equals("hf")) {
      HubAddress address = hubAddress(name);
      return pull(address.name(), address.revision(), common);
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
