import dev.jora.bench.SyntheticModel;
import dev.jora.bench.SyntheticSpec;
import java.io.IOException;
import java.nio.file.Path;

/** Writes a synthetic model to a file: {@code MakeSynthetic SHAPE:TYPE OUT.gguf}. */
final class MakeSynthetic {
  private MakeSynthetic() {}

  public static void main(String[] args) {
    try {
      SyntheticModel.write(SyntheticSpec.parse(args[0]), Path.of(args[1]));
    } catch (IllegalArgumentException e) {
      System.err.println("make-synthetic: " + e.getMessage());
      System.exit(2);
    } catch (IOException e) {
      System.err.println("make-synthetic: cannot write " + args[1] + ": " + e.getMessage());
      System.exit(1);
    }
  }
}
