package dev.jora.cli;

import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.ExitCode;
import dev.jora.cli.common.Interrupt;
import dev.jora.cli.common.UserException;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.IoReason;
import dev.jora.quantize.split.GgufShards;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jora gguf merge}: several model files into one. */
@Command(
    name = "merge",
    description = {
      "Merges the shards of a model into one file.",
      "The other shards are found beside the first. The file has its name only when it",
      "is whole and on disk."
    },
    customSynopsis = "jora gguf merge [OPTIONS] FIRST_SHARD FILE",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = "  jora gguf merge model-00001-of-00003.gguf model.gguf")
final class GgufMergeCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "FIRST_SHARD", description = "NAME-00001-of-0000N.gguf.")
  Path first;

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      description = "The file to write, which must not be there.")
  Path file;

  @Option(names = "--dry-run", description = "Check the shards, write nothing.")
  boolean dryRun;

  @Option(
      names = "--delete-splits",
      description = "Delete the shards after the file is safely on disk.")
  boolean deleteShards;

  @Mixin CommonOptions common;

  @Override
  public Integer call() {
    List<Path> shards;
    try (Interrupt interrupt = new Interrupt();
        GgufFile source = GgufFile.open(first)) {
      GgufShards.requireSet(source.metadata());
      shards = source.shards();
      common.info("%d shards with a total of %d tensors", shards.size(), source.infos().size());
      if (dryRun) {
        return ExitCode.OK;
      }
      new ShardWork(common, interrupt).run(listener -> GgufShards.merge(source, file, listener));
    }
    if (deleteShards) {
      delete(shards);
    }
    return ExitCode.OK;
  }

  private void delete(List<Path> shards) {
    for (Path shard : shards) {
      try {
        Files.delete(shard);
      } catch (IOException e) {
        throw new UserException(
            file + " is whole, but " + shard + " cannot be deleted: " + IoReason.of(e), e);
      }
      common.info("deleted %s", shard);
    }
  }
}
