package dev.jora.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/** What the hub is asked about repositories. */
final class HubApi {
  /** A commit, and the branch or tag that led to it; null for none. */
  record Commit(String id, String ref) {}

  static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
  private static final int MOST_BYTES = 16 << 20;
  private static final int MOST_PAGES = 10_000;
  private static final int MOST_FILES = 1_000_000;
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;\\s*rel=\"?next\"?");

  private final Transport transport;
  private final URI endpoint;

  HubApi(Transport transport, URI endpoint) {
    this.transport = transport;
    this.endpoint = endpoint;
  }

  /** A path's words as an address has them. */
  static String encoded(String path) {
    return URLEncoder.encode(path, StandardCharsets.UTF_8).replace("+", "%20").replace("%2F", "/");
  }

  /** Where a file is. */
  URI address(String repository, String revision, String path) {
    String rev = encoded(revision).replace("/", "%2F");
    return URI.create(endpoint + "/" + repository + "/resolve/" + rev + "/" + encoded(path));
  }

  /** The commit of a revision; of null the branch main, else the first. */
  Commit commit(String repository, String revision) {
    if (revision != null && COMMIT.matcher(revision).matches()) {
      return new Commit(revision, null);
    }
    String model = endpoint + "/api/models/" + repository;
    if (revision != null) {
      String rev = encoded(revision).replace("/", "%2F");
      JsonNode said = json(URI.create(model + "/revision/" + rev)).body();
      return new Commit(commit(said.path("sha"), repository), revision);
    }
    JsonNode branches = json(URI.create(model + "/refs")).body().path("branches");
    JsonNode first = branches.path(0);
    for (JsonNode branch : branches) {
      first = branch.path("name").asText().equals("main") ? branch : first;
    }
    String name = first.path("name").asText();
    boolean fit = HubFile.isInside(name);
    return new Commit(commit(first.path("targetCommit"), repository), fit ? name : null);
  }

  private String commit(JsonNode said, String repository) {
    if (!COMMIT.matcher(said.asText()).matches()) {
      throw HubException.of(
          "%s says of %s no commit of 40 digits but '%s'",
          endpoint.getAuthority(), repository, dev.jora.fault.Sentence.line(said.asText()));
    }
    return said.asText();
  }

  /** All files of a commit, in the hub's order; those with paths that leave the folder are not. */
  List<HubFile> tree(String repository, String commit) {
    URI next =
        URI.create(endpoint + "/api/models/" + repository + "/tree/" + commit + "?recursive=true");
    List<HubFile> files = new ArrayList<>();
    Set<URI> seen = new HashSet<>();
    while (next != null) {
      if (!seen.add(next) || seen.size() > MOST_PAGES || files.size() > MOST_FILES) {
        throw HubException.of(
            "%s lists the files of %s without an end", next.getHost(), repository);
      }
      Json page = json(next);
      if (!page.body().isArray()) {
        throw HubException.of(
            "%s answers to %s with no list of files", next.getAuthority(), next.getPath());
      }
      page.body().forEach(node -> add(files, node));
      next = page.next();
    }
    return files;
  }

  private static void add(List<HubFile> files, JsonNode node) {
    JsonNode lfs = node.path("lfs");
    String hash = lfs.path("oid").asText(node.path("oid").asText());
    long size = lfs.path("size").asLong(node.path("size").asLong(-1));
    String path = node.path("path").asText();
    if (node.path("type").asText().equals("file")
        && HubFile.isInside(path)
        && HubFile.HASH.matcher(hash).matches()
        && size >= 0) {
      files.add(new HubFile(path, size, hash));
    }
  }

  /** What is known of a file before it is fetched. */
  record Head(HubFile file, String commit) {}

  /** Asks for a file's hash, size and commit without fetching it. */
  Head head(String repository, String revision, String path) {
    URI uri = address(repository, revision, path);
    return transport.tried(
        uri,
        () -> {
          try (Answer answer = transport.send("HEAD", uri, Map.of(), false)) {
            String tag = answer.header("X-Linked-Etag").or(() -> answer.header("ETag")).orElse("");
            String hash = tag.strip().replaceFirst("^W/", "").replace("\"", "");
            String size =
                answer.header("X-Linked-Size").or(() -> answer.header("Content-Length")).orElse("");
            String commit = answer.header("X-Repo-Commit").orElse("");
            if (!HubFile.HASH.matcher(hash).matches()
                || !size.matches("\\d{1,18}")
                || !COMMIT.matcher(commit).matches()) {
              throw HubException.of(
                  "%s says no commit, hash and size of %s: is HF_ENDPOINT a hub?",
                  uri.getAuthority(), uri.getPath());
            }
            return new Head(new HubFile(path, Long.parseLong(size), hash), commit);
          }
        });
  }

  private record Json(JsonNode body, URI next) {}

  private Json json(URI uri) {
    return transport.tried(
        uri,
        () -> {
          try (Answer answer = transport.send("GET", uri, Map.of(), true)) {
            byte[] bytes = unpacked(answer).readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
              throw HubException.of(
                  "%s answers to %s with more than %d MiB",
                  uri.getAuthority(), uri.getPath(), MOST_BYTES >> 20);
            }
            return new Json(parsed(uri, bytes), next(uri, answer.header("Link").orElse("")));
          }
        });
  }

  /** The body; some proxies pack it, though they are asked not to. */
  private static InputStream unpacked(Answer answer) throws IOException {
    String coding = answer.header("Content-Encoding").orElse("");
    return coding.equalsIgnoreCase("gzip") ? new GZIPInputStream(answer) : answer;
  }

  private static URI next(URI uri, String link) {
    Matcher next = NEXT.matcher(link);
    try {
      return next.find() ? uri.resolve(next.group(1)) : null;
    } catch (IllegalArgumentException e) {
      throw HubException.of("%s names no next page but '%s'", uri.getAuthority(), next.group(1));
    }
  }

  private static JsonNode parsed(URI uri, byte[] bytes) {
    try {
      return MAPPER.readTree(bytes);
    } catch (IOException e) {
      boolean html = new String(bytes, StandardCharsets.ISO_8859_1).stripLeading().startsWith("<");
      throw HubException.of(
          "%s answers to %s with %s and no JSON: is HF_ENDPOINT a hub, and does no login page stand"
              + " between?",
          uri.getAuthority(), uri.getPath(), html ? "HTML" : "something else");
    }
  }
}
