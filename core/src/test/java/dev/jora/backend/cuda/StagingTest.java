package dev.jora.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jora.backend.cuda.software.SoftwareDriver;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bytes that go up and down in pieces, while the device is as late as can be. */
class StagingTest {
  private static final int PIECE = 1024;

  private static byte[] bytes(int n) {
    byte[] bytes = new byte[n];
    new Random(n).nextBytes(bytes);
    return bytes;
  }

  @Test
  void bytesArriveWhateverTheirNumber() {
    try (SoftwareDriver driver = new SoftwareDriver(1, 1L << 24).defer();
        CudaDevice device = new CudaDevice(driver, 0);
        Staging staging = new Staging(device, PIECE)) {
      for (int n : new int[] {1, 255, 256, 1000, 1024, 1025, 2048, 5000, 20_000}) {
        byte[] sent = bytes(n);
        long address = device.allocate(n);
        for (int from = 0; from < n; ) { // in parts that share pieces
          int part = Math.min(1 + from * 3 / 2, n - from);
          byte[] own = new byte[part];
          System.arraycopy(sent, from, own, 0, part);
          staging.upload(MemorySegment.ofArray(own), 0, address + from, part);
          from += part;
        }
        byte[] found = new byte[n];
        staging.download(address, MemorySegment.ofArray(found), 0, n);
        assertArrayEquals(sent, found, n + " bytes");
        device.free(address, n);
      }
    }
  }

  @Test
  void theHostWaitsOnlyForAPieceThatItFillsAgain() {
    try (SoftwareDriver driver = new SoftwareDriver(1, 1L << 24).defer();
        CudaDevice device = new CudaDevice(driver, 0);
        Staging staging = new Staging(device, PIECE)) {
      long address = device.allocate(8 * PIECE);
      byte[] sent = bytes(8 * PIECE);
      staging.upload(MemorySegment.ofArray(sent), 0, address, 2 * PIECE);
      assertEquals(0, driver.waits());
      staging.upload(MemorySegment.ofArray(sent), 0, address, 3 * PIECE);
      assertEquals(3, driver.waits());
      device.free(address, 8 * PIECE);
    }
  }

  @Test
  void whatIsOnItsWayArrivesBeforeThePiecesGo() {
    try (SoftwareDriver driver = new SoftwareDriver(1, 1L << 24).defer()) {
      try (CudaDevice device = new CudaDevice(driver, 0)) {
        long address = device.allocate(PIECE);
        byte[] sent = bytes(PIECE);
        Staging staging = new Staging(device, PIECE);
        staging.upload(MemorySegment.ofArray(sent), 0, address, PIECE);
        staging.close();
        byte[] found = new byte[PIECE];
        staging.download(address, MemorySegment.ofArray(found), 0, PIECE);
        assertArrayEquals(sent, found);
        staging.close();
        device.free(address, PIECE);
      }
      assertEquals(List.of(), driver.leaks());
    }
  }
}
