package dev.jora.backend;

import dev.jora.kernel.Activation;
import dev.jora.kernel.Xielu;
import dev.jora.tensor.GgmlType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A device that runs the layers placed on it. Memory on it belongs to a {@link Room}, what a text
 * has left behind to a {@link SequenceState}, and what a pass reads to a {@link Pass}; handles of
 * one backend mean nothing to another. Operations take the first n rows of their buffers, are
 * issued in order from one thread, and return nothing: only {@link #read} and {@link #isFinite}
 * wait and bring values back.
 *
 * <p>A backend may do its work after a call has returned. Arrays and lists that it was given are
 * the caller's again by then, and may change: it copies what it needs later; only what a {@link
 * PassInput} and {@link Rows} hold never changes. Handles (weights, buffers, states) stay as they
 * are until they are closed, and the methods of a {@link SequenceState} see all that was issued
 * before them.
 */
public interface Backend extends AutoCloseable {
  /** For people: the device and how it computes. */
  String name();

  /** True if it computes with matrices of this type. */
  boolean supports(GgmlType type);

  /** True if to look at values is to wait for a device: they are better asked for at once. */
  default boolean isRemote() {
    return false;
  }

  /** The device's memory, now. */
  DeviceMemory memory();

  /** Memory for one user, freed when he closes it. */
  Room open();

  // ---- a pass -----------------------------------------------------------------------------

  /** Begins a pass; one at a time. */
  Pass begin(PassInput input);

  /**
   * Ends a pass: what it has added to the states of its sequences is theirs now, and what no later
   * token sees is forgotten. A pass that is not ended is taken back with {@link
   * SequenceState#truncate}.
   */
  void end(Pass pass);

  /**
   * Does work that issues the same operations whenever it is given the same name in passes of the
   * same shape: a backend may remember them, and then do them without asking the work again.
   *
   * @param name of the work, compared by identity
   * @param work returns false if it was given up
   * @return false if it was
   */
  default boolean repeat(Pass pass, Object name, BooleanSupplier work) {
    return work.getAsBoolean();
  }

  // ---- in and out -------------------------------------------------------------------------

  /** Rows [0, n) of {@code out} from float32[n, cols]. */
  void write(MemorySegment src, int n, Buffer out);

  /** Rows [0, n) of x into float32[n, cols]: waits for all operations before it. */
  void read(Buffer x, int n, MemorySegment dst);

  /** True if the first n rows of x are finite numbers: waits likewise. */
  boolean isFinite(Buffer x, int n);

  // ---- operations -------------------------------------------------------------------------

  /** out[i,:] = scale · table[ids[i],:], ids being those of the pass. */
  void embed(Pass pass, Weight table, float scale, Buffer out);

  /** out[i,:] = table[positions[i],:], positions being those of the pass. */
  void embedPositions(Pass pass, Weight table, Buffer out);

  /** out[i,:] = x[outputs[i],:], the rows of which the pass wants logits. */
  void gatherOutputs(Pass pass, Buffer x, Buffer out);

  /** Products that share their input; see {@link Product}. */
  void multiply(List<Product> products, Buffer x, Rows rows);

  /**
   * A product for every run: out[i, h, :] = x[i, h, :] · stack[h]ᵀ.
   *
   * @param stack [runs, outputs, inputs]
   */
  void multiplyRuns(Weight stack, Runs x, Rows rows, Runs out);

  /** out = norm(x) row by row; out may be x. */
  void normalise(Norm norm, Buffer x, int n, Buffer out);

  /**
   * Normalises every run of each row: the heads of q or k. The weights are {@code width} values for
   * all, or those of all runs one after the other.
   */
  void normaliseRuns(Norm norm, Runs x, int n);

  /** Turns the first n_rot values of every run in each row of the pass. */
  void rotate(Pass pass, Rope rope, Runs x);

  /** Run r of out = run r mod count of x; those of both are as wide. */
  void copyRuns(Runs x, int n, Runs out);

  /**
   * Appends rows of k and v to what layer {@code layer} of the sequences keeps. What the same pass
   * has stored there before is replaced: layers of an encoder share one.
   *
   * @param v null where the values are the beginnings of the keys
   */
  void store(Pass pass, int layer, Buffer k, Buffer v);

  /** out = attention of q over what the layer keeps of each row's sequence. */
  void attend(Pass pass, int layer, Attention attention, Buffer q, Buffer out);

  /**
   * Causal convolution of every column with its own kernel: out[i,c] = bias[c] + Σ_j kernel[j,c] ·
   * x[i − taps + 1 + j, c], rows before the text being 0. The layer keeps the last taps − 1 rows. x
   * and out are apart.
   *
   * @param kernel float32[taps, columns], see {@link Room#uploadTurned}
   * @param bias a vector, or null
   */
  void convolve(Pass pass, int layer, Weight kernel, Weight bias, Buffer x, Buffer out);

  /** out = a selective scan over the rows of each sequence; see {@link Scan}. */
  void scan(Pass pass, int layer, Scan scan, Buffer out);

  /** out = what the gated delta rule makes of the rows of each sequence; see {@link Delta}. */
  void deltaRule(Pass pass, int layer, Delta delta, Buffer out);

  /** x = f(x). */
  void activate(Activation f, Buffer x, int n);

  /** gate = what gate and up make together; see {@link Gate}. */
  void glu(Gate f, Buffer gate, Buffer up, int n);

  /**
   * out = the mixture of experts of x; see {@link Experts}.
   *
   * @param routed what the router reads, mostly x
   */
  void experts(Experts experts, Buffer routed, Buffer x, Rows rows, Buffer out);

  /** x[i,:] *= σ(gate[i]), gate being float32[n, 1]. */
  void scaleBySigmoid(Buffer gate, Buffer x, int n);

  /** out[i,:] += vector. */
  void addVector(Weight vector, int n, Buffer out);

  /** out = out ⊙ x. */
  void times(Buffer x, int n, Buffer out);

  /** x = xIELU(x); see {@link Xielu}. */
  void activate(Xielu f, Buffer x, int n);

  /** x[i,:] *= 1 + scale · ln(1 + ⌊position / floor⌋): queries of long texts are sharpened. */
  void temper(Pass pass, float scale, int floor, Buffer x);

  /** out += scale · x. */
  void add(Buffer x, int n, float scale, Buffer out);

  /** x *= scale. */
  void scale(Buffer x, int n, float scale);

  /** x = cap · tanh(x / cap); a row that is not finite still has a NaN. */
  void softcap(Buffer x, int n, float cap);

  @Override
  void close();
}
