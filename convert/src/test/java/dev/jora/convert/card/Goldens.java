package dev.jora.convert.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What llama.cpp's Python makes of names and cards, by {@code scripts/model-card-goldens.py}. */
final class Goldens {
  private Goldens() {}

  static JsonNode rows(String kind) {
    try {
      return new ObjectMapper()
          .readTree(Shared.testdata("convert/model-cards.json").toFile())
          .get(kind);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
