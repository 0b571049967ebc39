package dev.jora.quantize.recipe;

import dev.jora.tensor.GgmlType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A golden list: per recipe the default type, and every tensor that gets another one.
 *
 * @param numbers of the header: n_embd, n_layer, n_head, ...
 */
record SchemaFile(Map<String, Integer> numbers, Map<String, Section> sections) {
  record Section(GgmlType defaultType, Map<String, GgmlType> others) {}

  static SchemaFile read(Path path) throws IOException {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    Map<String, Section> sections = new LinkedHashMap<>();
    Section section = null;
    for (String line : Files.readAllLines(path)) {
      if (line.startsWith("#")) {
        Matcher number = Pattern.compile("(n_\\w+)=(\\d+)").matcher(line);
        while (number.find()) {
          numbers.put(number.group(1), Integer.valueOf(number.group(2)));
        }
      } else if (line.startsWith("[")) {
        String[] parts = line.substring(1).split("] ");
        section = new Section(type(parts[1]), new LinkedHashMap<>());
        sections.put(parts[0], section);
      } else if (!line.isBlank()) {
        String[] parts = line.split(" ");
        section.others().put(parts[0], type(parts[1]));
      }
    }
    return new SchemaFile(numbers, sections);
  }

  private static GgmlType type(String name) {
    return GgmlType.valueOf(name.toUpperCase(Locale.ROOT));
  }

  int number(String name) {
    return numbers.getOrDefault(name, 0);
  }

  ModelShape shape(String architecture) {
    return new ModelShape(
        architecture, number("n_layer"), number("n_head"), number("n_head_kv"), number("n_expert"));
  }
}
