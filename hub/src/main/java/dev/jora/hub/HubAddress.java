package dev.jora.hub;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What people type or paste for a model of the hub: {@code USER/REPO:QUANT}, {@code
 * hf.co/USER/REPO:QUANT}, {@code https://huggingface.co/USER/REPO/blob/main/FILE?download=true}.
 *
 * @param name of the model
 * @param revision that the address names; or null
 */
public record HubAddress(HubName name, String revision) {
  private static final Set<String> HOSTS = Set.of("huggingface.co", "www.huggingface.co", "hf.co");
  private static final Set<String> FILES = Set.of("resolve", "blob", "raw");
  private static final Pattern ADDRESS =
      Pattern.compile("(?i)(?:(https?)://)?([^/?#]+)([^?#]*)(?:\\?([^#]*))?(?:#.*)?");
  private static final Pattern PAGE =
      Pattern.compile(
          "/[^/]+/[^/]+/(?:resolve|blob|raw|tree)/.+|/[^/]+/[^/]+(?<!\\.gguf|\\.safetensors|\\.bin)/?");
  private static final Pattern SHOWN = Pattern.compile("(?:.*&)?show_file_info=([^&]+)(?:&.*)?");

  /**
   * Reads a name or an address.
   *
   * @param endpoint the hub, whose addresses are read as well as the public hub's
   * @throws HubException if it is neither
   */
  public static HubAddress of(String text, URI endpoint) {
    HubAddress page = page(text, endpoint);
    return page != null ? page : new HubAddress(HubName.of(text.strip()), null);
  }

  /**
   * Reads an address of the hub.
   *
   * @return null for a name, and for an address elsewhere
   * @throws HubException if no model and no file is there
   */
  public static HubAddress page(String text, URI endpoint) {
    Matcher address = ADDRESS.matcher(text.strip());
    if (!address.matches()) {
      return null;
    }
    String host = address.group(2).toLowerCase(Locale.ROOT);
    String path = address.group(3);
    boolean own = host.equals(String.valueOf(endpoint.getAuthority()).toLowerCase(Locale.ROOT));
    if (!own && !HOSTS.contains(host)) {
      return null;
    }
    String root = String.valueOf(endpoint.getRawPath());
    if (own && path.startsWith(root + "/")) {
      path = path.substring(root.length());
    }
    String query = address.group(4) == null ? "" : address.group(4);
    if (!HOSTS.contains(host) && !PAGE.matcher(path).matches()) {
      return null; // such a host may have files too that are no hub's
    }
    return page(text, decoded(path, text), query, address.group(1) == null);
  }

  private static List<String> decoded(String path, String text) {
    try {
      return Arrays.stream(path.replaceAll("^/|/$", "").split("/", -1))
          .map(part -> URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8))
          .toList();
    } catch (IllegalArgumentException e) {
      throw none(text);
    }
  }

  private static HubAddress page(String text, List<String> words, String query, boolean brief) {
    int count = words.size();
    if (count < 2) {
      throw none(text);
    }
    HubName model = HubName.of(words.get(0) + "/" + words.get(1));
    String kind = count == 2 ? "" : words.get(2);
    Matcher shown = SHOWN.matcher(query);
    if (count == 2 && shown.matches()) {
      return new HubAddress(model.withFile(decodedWord(shown.group(1), text)), null);
    }
    if (count == 2) {
      return new HubAddress(model, null);
    }
    if (count > 4 && FILES.contains(kind)) {
      String file = String.join("/", words.subList(4, count));
      return new HubAddress(model.withFile(file), words.get(3));
    }
    if (count == 4 && kind.equals("tree")) {
      return new HubAddress(model, words.get(3));
    }
    if (brief && !FILES.contains(kind) && !kind.equals("tree")) {
      return new HubAddress(model.withFile(String.join("/", words.subList(2, count))), null);
    }
    throw none(text);
  }

  private static String decodedWord(String word, String text) {
    return String.join("/", decoded(word, text));
  }

  private static HubException none(String text) {
    return HubException.of(
        "'%s' is the address of no model and of no file: like"
            + " https://huggingface.co/USER/REPO/blob/main/FILE.gguf, or USER/REPO:QUANT",
        text);
  }
}
