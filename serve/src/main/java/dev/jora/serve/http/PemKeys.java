package dev.jora.serve.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A certificate and its key in files, as programs around OpenSSL keep them.
 *
 * @param certificate the server's, and behind it those that vouch for it
 * @param key PKCS 8, not encrypted
 */
public record PemKeys(Path certificate, Path key) {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----");

  /**
   * Both as Java wants them.
   *
   * @throws IllegalArgumentException if a file is not what it must be, in a sentence
   */
  KeyStore store(char[] password) throws IOException {
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      byte[] bytes = Files.readAllBytes(certificate);
      List<? extends Certificate> chain =
          List.copyOf(factory.generateCertificates(new ByteArrayInputStream(bytes)));
      if (chain.isEmpty()) {
        throw new IllegalArgumentException(certificate + " holds no certificate in PEM");
      }
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, password);
      store.setKeyEntry("jora", privateKey(), password, chain.toArray(Certificate[]::new));
      return store;
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          certificate + " and " + key + " are no certificate with its key: " + e.getMessage(), e);
    }
  }

  private PrivateKey privateKey() throws IOException, GeneralSecurityException {
    String text = Files.readString(key, StandardCharsets.ISO_8859_1);
    Matcher found = KEY.matcher(text);
    if (!found.find()) {
      throw new IllegalArgumentException(
          key
              + " holds no 'BEGIN PRIVATE KEY': openssl pkcs8 -topk8 -nodes makes one of other"
              + " kinds of keys");
    }
    byte[] der = Base64.getMimeDecoder().decode(found.group(1));
    for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (InvalidKeySpecException e) {
        // another kind
      }
    }
    throw new IllegalArgumentException(key + " holds a key that is neither RSA nor EC nor EdDSA");
  }
}
