package dev.jora.convert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.jora.convert.source.SourceException;
import dev.jora.fault.JsonReason;
import dev.jora.gguf.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files of JSON beside a model; those of tokenizers are the largest. */
final class JsonFiles {
  private static final long LONGEST = 1 << 28;
  private static final int LONGEST_TEXT = 1 << 20;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS) // Infinity, as Python writes it
          .build();

  static {
    MAPPER
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(100)
                .maxStringLength(1 << 26)
                .maxNumberLength(100)
                .build());
  }

  private JsonFiles() {}

  /** A file; missing if it is not there. */
  static JsonNode optional(Path file) {
    return Files.isRegularFile(file) ? read(file) : MissingNode.getInstance();
  }

  /** A text beside a model, as far as it can be read; empty if it cannot. */
  static String text(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(LONGEST_TEXT), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return ""; // that it is not there is no fault
    }
  }

  /**
   * A file.
   *
   * @throws SourceException if it is no JSON
   */
  static JsonNode read(Path file) {
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) { // a pipe would be waited for
        throw new SourceException(
            "%s: expected a file of JSON, found %s"
                .formatted(file, Files.isDirectory(file) ? "a folder" : "a pipe or device"));
      }
      long size = Files.size(file);
      if (size > LONGEST) {
        throw new SourceException(
            "%s: expected JSON of at most %d bytes, found %d".formatted(file, LONGEST, size));
      }
      return MAPPER.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new SourceException(file + ", " + JsonReason.of(e), e);
    } catch (IOException e) {
      throw new SourceException(file + ": cannot be read: " + IoReason.of(e), e);
    }
  }
}
