package dev.jora.cli.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.cli.common.UserException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class ChatSettingsTest {
  private final ChatSettings settings = new ChatSettings();

  private void set(String name, List<String> values) {
    settings.set(name, values, checked -> {});
  }

  @Test
  void everySamplerCanBeSetByAnyOfItsNames() {
    set("temp", List.of("0.25"));
    assertEquals("0.25", settings.value("temp"));
    set("--temperature", List.of("0.5"));
    assertEquals(0.5f, settings.params(0).temperature().value());
    set("top_k", List.of("3"));
    set("ignore-eos", List.of("true"));
    assertEquals(Map.of("temp", 0.5f, "top_k", 3, "ignore_eos", true), settings.changed());
    settings.unset("top-k");
    assertEquals("40", settings.value("top-k"));
    for (String name : ChatSettings.names()) {
      settings.value(name); // each is found
    }
    assertTrue(ChatSettings.names().containsAll(List.of("temp", "seed", "mirostat", "predict")));
  }

  @Test
  void aValueThatCannotBeLeavesTheOldOne() {
    assertThrows(UserException.class, () -> set("xtc-probability", List.of("7")));
    assertThrows(UserException.class, () -> set("min-p", List.of("much")));
    assertThrows(UserException.class, () -> set("logit-bias", List.of("x")));
    assertThrows(UserException.class, () -> set("nothing", List.of("1")));
    assertThrows(UserException.class, () -> set("predict", List.of("-7")));
    assertEquals(Map.of(), settings.changed());
  }

  @Test
  void settingsOfAFileGiveWayToTheCommandLine() {
    set("top-k", List.of("9"));
    settings.take(
        Map.of("top_k", 3, "temp", 0.1, "of another program", 1, "stops", List.of()),
        List.of("--top-k"),
        s -> {});
    assertEquals("9", settings.value("top-k"));
    assertEquals("0.1", settings.value("temp"));
    settings.take(Map.of("reverse_prompt", List.of("a", "b")), List.of(), s -> {});
    assertEquals(List.of("a", "b"), settings.stops);
    Map<String, Object> before = settings.changed();
    Map<String, Object> bad = new TreeMap<>(Map.of("temp", 0.9, "top_p", "x"));
    assertThrows(UserException.class, () -> settings.take(bad, List.of(), s -> {}));
    assertEquals(before, settings.changed(), "all or none");
    for (Object odd :
        List.of(Arrays.asList((Object) null), List.of(Map.of()), List.of(List.of()), Map.of())) {
      for (String name : List.of("temp", "reverse_prompt", "logit_bias")) {
        assertThrows(
            UserException.class, () -> settings.take(Map.of(name, odd), List.of(), s -> {}), name);
      }
    }
    assertEquals(before, settings.changed(), "all or none");
    ChatSettings again = new ChatSettings();
    again.take(settings.changed(), List.of(), s -> {});
    assertEquals(settings.changed(), again.changed());
  }

  @Test
  void everyAnswerHasASeedOfItsOwn() {
    set("seed", List.of("7"));
    assertEquals(7, settings.params(0).seed());
    assertEquals(8, settings.params(1).seed());
  }
}
