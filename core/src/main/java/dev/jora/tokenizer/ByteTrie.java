package dev.jora.tokenizer;

import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/**
 * A tree of tokens by their bytes: one walk along a text finds all that begin there. The edges lie
 * in one flat hash table, for a vocabulary has millions.
 */
final class ByteTrie {
  static final int ROOT = 0;

  private static final int NODE_BITS = 28;

  private long[] edges = new long[1 << 12]; // node << 36 | byte << 28 | child; 0 is free
  private int[] ids = new int[1 << 11];
  private int nodes = 1;

  private ByteTrie() {
    ids[ROOT] = -1;
  }

  /**
   * The tokens of a vocabulary that are matched against texts.
   *
   * @param text the bytes of a token; a token without any is never found
   * @throws dev.jora.gguf.GgufException if two tokens have the same bytes
   */
  static ByteTrie of(Vocab vocab, IntPredicate matched, IntFunction<byte[]> text) {
    ByteTrie trie = new ByteTrie();
    for (int id = 0; id < vocab.size(); id++) {
      byte[] bytes = matched.test(id) ? text.apply(id) : new byte[0];
      if (bytes.length > 0) {
        int node = trie.path(bytes);
        if (trie.ids[node] >= 0) {
          throw vocab
              .metadata()
              .fault(
                  "tokenizer.ggml.tokens[" + id + "]",
                  "a text that no other token has",
                  "'" + vocab.text(id) + "', which is token " + trie.ids[node] + " too");
        }
        trie.ids[node] = id;
      }
    }
    return trie;
  }

  private int path(byte[] bytes) {
    int node = ROOT;
    for (byte b : bytes) {
      int child = child(node, b);
      if (child < 0) {
        child = grow();
        put((long) node << 8 | b & 0xff, child);
      }
      node = child;
    }
    return node;
  }

  private int grow() {
    if (nodes == ids.length) {
      ids = Arrays.copyOf(ids, Math.multiplyExact(2, nodes));
      long[] old = edges;
      edges = new long[2 * old.length];
      for (long edge : old) {
        if (edge != 0) {
          put(edge >>> NODE_BITS, (int) edge & (1 << NODE_BITS) - 1);
        }
      }
    }
    ids[nodes] = -1;
    return nodes++;
  }

  private void put(long key, int child) {
    int slot = slot(key);
    while (edges[slot] != 0) {
      slot = slot + 1 & edges.length - 1;
    }
    edges[slot] = key << NODE_BITS | child;
  }

  private int slot(long key) {
    return (int) (key * 0x9e3779b97f4a7c15L >>> 32) & edges.length - 1;
  }

  /** The node that a byte leads to, or −1. */
  int child(int node, byte b) {
    long key = (long) node << 8 | b & 0xff;
    for (int slot = slot(key); edges[slot] != 0; slot = slot + 1 & edges.length - 1) {
      if (edges[slot] >>> NODE_BITS == key) {
        return (int) edges[slot] & (1 << NODE_BITS) - 1;
      }
    }
    return -1;
  }

  /** The token that ends at a node, or −1. */
  int id(int node) {
    return ids[node];
  }
}
