package dev.jora.backend;

import dev.jora.kernel.Activation;
import dev.jora.tensor.Tensor;
import java.util.List;

/**
 * A device that runs the layers placed on it. It holds their weights, their KV caches and their
 * activations; handles of one backend mean nothing to another. Operations take the first n rows of
 * their buffers, are issued in order from one thread, and return nothing: only {@link #read} waits
 * and brings values back.
 *
 * <p>A backend may do its work after a call has returned. Arrays and lists that it was given are
 * the caller's again by then, and may change: it copies what it needs later. Handles (weights,
 * buffers, tables, caches) stay as they are until they are closed, and the methods of a {@link
 * KvLayer} see all that was issued before them.
 */
public interface Backend extends AutoCloseable {
  /** What {@code -v} prints: the device and how it computes. */
  String name();

  // ---- what it holds ----------------------------------------------------------------------

  /**
   * Takes a tensor of the file. Vectors are held as float32; a CPU keeps matrices where they are
   * mapped.
   *
   * @throws IllegalArgumentException if it cannot compute with the type
   */
  Weight upload(Tensor tensor);

  /** Activations float32[rows, cols]. */
  Buffer allocate(int rows, int cols);

  /** Room for the angles of up to {@code rows} tokens. */
  RopeTable allocate(Rope rope, int rows);

  /** An empty cache of a layer. */
  KvLayer allocate(KvSpec spec);

  // ---- in and out -------------------------------------------------------------------------

  /** Rows [0, n) of {@code out} from host memory. */
  void write(float[] src, int n, Buffer out);

  /** Row {@code row} of x into {@code dst}: waits for all operations before it. */
  void read(Buffer x, int row, float[] dst);

  /** The angles of n tokens at these positions. */
  void fill(RopeTable table, int[] positions, int n);

  // ---- operations -------------------------------------------------------------------------

  /** out[i,:] = scale · table[ids[i],:]. */
  void embed(Weight table, int[] ids, int n, float scale, Buffer out);

  /** out[i,:] = x[rows[i],:]. */
  void gather(Buffer x, int[] rows, int n, Buffer out);

  /** Products that share their input; see {@link Product}. */
  void multiply(List<Product> products, Buffer x, Rows rows);

  /** out = norm(x) row by row; out may be x. */
  void normalise(Norm norm, Buffer x, int n, Buffer out);

  /**
   * Normalises every run of {@code dim} values in each row of x: the heads of q or k. The weights
   * are {@code dim} values for all, or as many as the row has, a run for each head.
   */
  void normaliseHeads(Norm norm, Buffer x, int n, int dim);

  /** Turns the first n_rot values of every head of {@code headDim} values in each row of x. */
  void rotate(RopeTable table, Buffer x, int n, int headDim);

  /** Appends rows of k and v to the caches: those of span s to {@code caches.get(s)}. */
  void store(Buffer k, Buffer v, List<Span> spans, List<? extends KvLayer> caches);

  /** out = attention of q over what the caches hold; span s sees {@code caches.get(s)}. */
  void attend(
      Attention attention, Buffer q, List<Span> spans, List<? extends KvLayer> caches, Buffer out);

  /** x = f(x). */
  void activate(Activation f, Buffer x, int n);

  /** gate = f(gate) ⊙ up. */
  void glu(Activation f, Buffer gate, Buffer up, int n);

  /** out = the mixture of experts of x; see {@link Experts}. */
  void experts(Experts experts, Buffer x, Rows rows, Buffer out);

  /** x[i,:] *= σ(gate[i]), gate being float32[n, 1]. */
  void scaleBySigmoid(Buffer gate, Buffer x, int n);

  /** out += scale · x. */
  void add(Buffer x, int n, float scale, Buffer out);

  /** x *= scale. */
  void scale(Buffer x, int n, float scale);

  /** x = cap · tanh(x / cap). */
  void softcap(Buffer x, int n, float cap);

  @Override
  void close();
}
