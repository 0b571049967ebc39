package dev.jora.fuzz;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Files of PyTorch, zip and legacy: damaged anywhere, or in the pickle alone within an archive
 * whose sums are right.
 */
record PickleKind(Sources sources) implements Kind {
  /** Opcodes, and bytes that stand at the ends of numbers. */
  private static final byte[] CODES = {
    '(',
    ')',
    '.',
    '0',
    '1',
    '2',
    'N',
    'K',
    'M',
    'J',
    'R',
    'Q',
    'X',
    'c',
    'q',
    'h',
    'r',
    'j',
    't',
    's',
    'u',
    'a',
    'e',
    'd',
    'l',
    ']',
    '}',
    'b',
    'G',
    'i',
    'o',
    'S',
    'I',
    'L',
    (byte) 0x80,
    (byte) 0x81,
    (byte) 0x82,
    (byte) 0x85,
    (byte) 0x86,
    (byte) 0x87,
    (byte) 0x88,
    (byte) 0x8a,
    (byte) 0x8b,
    (byte) 0x8c,
    (byte) 0x8d,
    (byte) 0x8e,
    (byte) 0x8f,
    (byte) 0x90,
    (byte) 0x91,
    (byte) 0x93,
    (byte) 0x94,
    (byte) 0x95,
    0,
    1,
    2,
    4,
    8,
    127,
    (byte) 0xff
  };

  @Override
  public List<List<String>> make(Random random, Path folder) throws IOException {
    Path seed = Damage.one(sources.pickles(), random);
    byte[] bytes = Files.readAllBytes(seed);
    Path file = folder.resolve("model.bin");
    boolean zip = bytes[0] == 'P';
    int how = random.nextInt(4);
    if (how == 0) {
      bytes = Damage.bytes(bytes, random);
    } else if (zip) {
      bytes = repacked(seed, random);
    } else {
      bytes = Damage.pieces(bytes, CODES, random);
    }
    Files.write(file, bytes);
    return commands(file, folder);
  }

  private static byte[] repacked(Path zip, Random random) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipFile in = new ZipFile(zip.toFile());
        ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (ZipEntry entry : in.stream().toList()) {
        byte[] data = in.getInputStream(entry).readAllBytes();
        boolean pickle = entry.getName().endsWith("data.pkl");
        data = pickle || random.nextInt(40) == 0 ? Damage.pieces(data, CODES, random) : data;
        CRC32 crc = new CRC32();
        crc.update(data);
        ZipEntry copy = new ZipEntry(entry.getName());
        copy.setMethod(ZipEntry.STORED);
        copy.setSize(data.length);
        copy.setCrc(crc.getValue());
        out.putNextEntry(copy);
        new ByteArrayInputStream(data).transferTo(out);
      }
    }
    return bytes.toByteArray();
  }

  @Override
  public List<List<String>> commands(Path input, Path folder) {
    return SafetensorsKind.commands(input, folder, "auto");
  }
}
