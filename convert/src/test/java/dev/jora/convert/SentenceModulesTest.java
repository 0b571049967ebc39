package dev.jora.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.convert.source.SourceException;
import dev.jora.model.Pooling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders of sentence-transformers: what their modules say, and what no model file can hold. */
class SentenceModulesTest {
  private static final String POOLING =
      "{'idx':1,'name':'1','path':'1_Pooling','type':'sentence_transformers.models.Pooling'}";

  @TempDir Path folder;

  @BeforeEach
  void pooling() throws IOException {
    write("1_Pooling/config.json", "{'word_embedding_dimension':8,'pooling_mode_cls_token':true}");
  }

  private void write(String name, String json) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, json.replace('\'', '"'));
  }

  private static String dense(int number) {
    return "{'path':'%d_Dense','type':'sentence_transformers.models.Dense'}".formatted(number);
  }

  private String refusal() {
    String message =
        assertThrows(SourceException.class, () -> SentenceModules.of(folder)).getMessage();
    assertTrue(message.contains(folder.toString()), message);
    return message;
  }

  @Test
  void aPlainFolderHasNone() {
    SentenceModules modules = SentenceModules.of(folder);
    assertNull(modules.pooling());
    assertEquals(0, modules.dense().size());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "'pooling_mode_cls_token':true, CLS",
        "'pooling_mode_mean_tokens':true, MEAN",
        "'pooling_mode_lasttoken':true, LAST",
        "'pooling_mode':'mean', MEAN",
        "'pooling_mode':'lasttoken', LAST"
      })
  void poolingHasOldNamesAndNew(String setting, Pooling pooling) throws IOException {
    write("modules.json", "[" + POOLING + "]");
    write("1_Pooling/config.json", "{'pooling_mode_max_tokens':false," + setting + "}");
    assertEquals(pooling, SentenceModules.of(folder).pooling());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "'pooling_mode_max_tokens':true",
        "'pooling_mode_cls_token':true;'pooling_mode_mean_tokens':true",
        "'pooling_mode_mean_tokens':false",
        "'pooling_mode':'weightedmean'"
      })
  void poolingThatNoFileHasIsRefused(String settings) throws IOException {
    write("modules.json", "[" + POOLING + "]");
    write("1_Pooling/config.json", "{" + settings.replace(';', ',') + "}");
    assertTrue(refusal().contains("pooling by"));
  }

  @Test
  void denseLayersAreInOrderAndNoMoreThanTwo() throws IOException {
    for (int i = 2; i < 5; i++) {
      write(i + "_Dense/config.json", "{'activation_function':'torch.nn.modules.linear.Identity'}");
    }
    write("modules.json", "[" + POOLING + "," + dense(3) + "," + dense(2) + "]");
    assertEquals(
        "dense_2 3_Dense, dense_3 2_Dense",
        String.join(
            ", ",
            SentenceModules.of(folder).dense().stream()
                .map(layer -> layer.name() + " " + layer.folder().getFileName())
                .toList()));
    write("modules.json", "[" + dense(2) + "]");
    assertEquals(Pooling.NONE, SentenceModules.of(folder).pooling());
    write("modules.json", "[" + dense(2) + "," + dense(3) + "," + dense(4) + "]");
    assertTrue(refusal().contains("dense layers"));
    write("2_Dense/config.json", "{'activation_function':'torch.nn.modules.activation.Tanh'}");
    assertTrue(refusal().contains("Tanh"));
  }

  @Test
  void whatIsMissingOrElsewhereIsSaid() throws IOException {
    write("modules.json", "{}");
    assertTrue(refusal().contains("array"));
    write("modules.json", "[{'path':'../other','type':'x.Pooling'}]");
    assertTrue(refusal().contains("../other"));
    write("modules.json", "[{'path':'9_Pooling','type':'x.Pooling'}]");
    assertTrue(refusal().contains("9_Pooling"));
  }

  @Test
  void anOlderFolderHasItsModelWithin() throws IOException {
    write("modules.json", "[{'path':'0_BERT','type':'sentence_transformers.models.Transformer'}]");
    assertEquals(folder, SentenceModules.transformer(folder));
    write("0_BERT/config.json", "{}");
    assertEquals(folder.resolve("0_BERT"), SentenceModules.transformer(folder));
  }
}
