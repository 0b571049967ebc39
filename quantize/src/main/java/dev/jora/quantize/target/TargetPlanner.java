package dev.jora.quantize.target;

import dev.jora.exec.WorkPool;
import dev.jora.fault.Parameter;
import dev.jora.fault.Sentence;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.Kernels;
import dev.jora.kernel.ReadCheck;
import dev.jora.quantize.QuantizeException;
import dev.jora.quantize.QuantizeRequest;
import dev.jora.quantize.Quantizer;
import dev.jora.quantize.TensorJob;
import dev.jora.quantize.recipe.ModelShape;
import dev.jora.quantize.recipe.PlannedTensor;
import dev.jora.quantize.recipe.Recipe;
import dev.jora.quantize.recipe.RecipeException;
import dev.jora.quantize.recipe.RecipePlan;
import dev.jora.quantize.recipe.TensorOrder;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Chooses the types of tensors for a size: measures what every type costs every tensor, what an
 * error in every tensor costs the model, and spends the bytes where they buy the most.
 */
public final class TargetPlanner {
  /** Types that a tensor may get, where their blocks divide its rows. */
  private static final List<GgmlType> TYPES =
      List.of(
          GgmlType.Q8_0,
          GgmlType.Q6_K,
          GgmlType.Q5_K,
          GgmlType.Q5_1,
          GgmlType.Q5_0,
          GgmlType.Q4_K,
          GgmlType.Q4_1,
          GgmlType.Q4_0,
          GgmlType.IQ4_NL,
          GgmlType.IQ4_XS,
          GgmlType.Q3_K,
          GgmlType.IQ3_S,
          GgmlType.Q2_K);

  /** Those that are worth something only with importance. */
  private static final List<GgmlType> LOW_TYPES =
      List.of(
          GgmlType.IQ3_XXS,
          GgmlType.IQ2_S,
          GgmlType.IQ2_XS,
          GgmlType.IQ2_XXS,
          GgmlType.IQ1_M,
          GgmlType.IQ1_S);

  /** New keys of the metadata, at most. */
  private static final int KEYS_BYTES = 1024;

  /** Hears how far the measuring is; its steps take about as long as each other. */
  public interface Listener {
    void progress(int step, int steps, String tensor);

    /** Whether to stop: asked often, by any thread. */
    boolean cancelled();
  }

  private final GgufFile file;
  private final QuantizeRequest request;
  private final Kernels kernels;
  private final WorkPool pool;

  /** Plans for one file; kernels and pool are the caller's. */
  public TargetPlanner(GgufFile file, QuantizeRequest request, Kernels kernels, WorkPool pool) {
    this.file = file;
    this.request = request;
    this.kernels = kernels;
    this.pool = pool;
  }

  /** Weights of the file, of all tensors. */
  public static long elements(GgufFile file) {
    return file.infos().stream().mapToLong(info -> info.shape().elements()).sum();
  }

  /** Bytes of a file with {@code bitsPerWeight} bits for each weight, metadata included. */
  public static long fileBytes(GgufFile file, double bitsPerWeight) {
    return (long) (elements(file) * bitsPerWeight / 8) + headerBytes(file);
  }

  private static long headerBytes(GgufFile file) {
    long data = file.infos().stream().mapToLong(info -> Sensitivities.padded(info.bytes())).sum();
    return Math.max(0, file.fileBytes() - data) + KEYS_BYTES;
  }

  /**
   * The plan for a file of at most {@code fileBytes} bytes.
   *
   * @param text tokens to read while measuring; null: the model writes some
   * @throws QuantizeException if no types are small enough
   * @throws CancellationException if the listener wants an end
   */
  public TargetPlan plan(long fileBytes, int[] text, Listener listener) {
    try {
      TargetPlan plan = measured(fileBytes, text, listener);
      ReadCheck.after(file.opened());
      return plan;
    } catch (InternalError e) {
      throw ReadCheck.explained(file.opened(), e);
    }
  }

  private TargetPlan measured(long fileBytes, int[] text, Listener listener) {
    RecipePlan stock = stock(Recipe.Q4_K_M);
    List<PlannedTensor> free =
        stock.tensors().stream()
            .filter(tensor -> tensor.reason() == PlannedTensor.Reason.RECIPE)
            .toList();
    List<TensorJob> jobs = free.stream().map(this::job).toList();
    Progress progress = new Progress(listener, jobs);
    List<List<GgmlType>> types = jobs.stream().map(TargetPlanner::types).toList();
    List<Map<GgmlType, Double>> errors =
        new ErrorSampler(pool, listener::cancelled).measure(jobs, types, progress::step);
    double[] sensitivities = sensitivities(jobs, errors, text, progress, listener::cancelled);
    List<List<Candidate>> candidates = new ArrayList<>();
    for (int i = 0; i < jobs.size(); i++) {
      candidates.add(Sensitivities.candidates(jobs.get(i), errors.get(i), sensitivities[i]));
    }
    long fixed =
        stock.tensors().stream()
            .filter(tensor -> !free.contains(tensor))
            .mapToLong(tensor -> Sensitivities.padded(tensor.bytes()))
            .sum();
    Allocation allocation = allocate(candidates, fileBytes - headerBytes(file) - fixed, fileBytes);
    Map<String, Candidate> chosen = new HashMap<>();
    List<TargetPlan.Chosen> report = new ArrayList<>();
    for (int i = 0; i < jobs.size(); i++) {
      Candidate candidate = allocation.choices().get(i);
      String name = jobs.get(i).name();
      chosen.put(name, candidate);
      report.add(
          new TargetPlan.Chosen(
              name, candidate, sensitivities[i], errors.get(i).get(candidate.type())));
    }
    return result(stock, chosen, allocation, stocks(free, candidates), report);
  }

  private double[] sensitivities(
      List<TensorJob> jobs,
      List<Map<GgmlType, Double>> errors,
      int[] text,
      Progress progress,
      BooleanSupplier cancelled) {
    double[] sensitivities = new double[jobs.size()];
    Probe probe = new Probe(file, kernels, pool, text, cancelled);
    try (Quantizer quantizer = new Quantizer(pool)) {
      Sensitivities measure = new Sensitivities(probe, quantizer, cancelled);
      for (int i = 0; i < sensitivities.length; i++) {
        sensitivities[i] = measure.of(jobs.get(i), errors.get(i));
        progress.step();
      }
    }
    return sensitivities;
  }

  private static Allocation allocate(
      List<List<Candidate>> candidates, long budget, long fileBytes) {
    try {
      return BitAllocator.allocate(candidates, budget);
    } catch (IllegalArgumentException e) {
      throw new QuantizeException(
          Sentence.of(
              "a file of %d bytes is too small for this model: %s; types of fewer bits need %s",
              fileBytes, e.getMessage(), new Parameter("imatrix")),
          e);
    }
  }

  private RecipePlan stock(Recipe recipe) {
    return RecipePlan.of(
        recipe,
        ModelShape.of(file.metadata()),
        TensorOrder.sorted(file.infos()),
        request.options());
  }

  private TensorJob job(PlannedTensor tensor) {
    Tensor data = file.tensor(tensor.source().name());
    Optional<float[]> importance = request.matrix().flatMap(m -> m.values().of(data.name()));
    long columns = TensorJob.importanceValues(data);
    return new TensorJob(
        data,
        tensor.name(),
        data.type(),
        importance.filter(values -> values.length == columns).orElse(null));
  }

  /** Types smaller than the tensor's own that it can have, and its own. */
  private static List<GgmlType> types(TensorJob job) {
    List<GgmlType> types = new ArrayList<>(TYPES);
    if (job.importance() != null) {
      types.addAll(LOW_TYPES);
    }
    types.removeIf(
        type ->
            job.source().shape().ne0() % type.blockSize() != 0
                || type.bitsPerWeight() >= job.source().type().bitsPerWeight());
    types.add(job.source().type());
    return types;
  }

  /** What the stock recipes would give, by size. */
  private List<TargetPlan.Stock> stocks(
      List<PlannedTensor> free, List<List<Candidate>> candidates) {
    Map<String, List<Candidate>> byName = new HashMap<>();
    for (int i = 0; i < free.size(); i++) {
      byName.put(free.get(i).name(), candidates.get(i));
    }
    List<TargetPlan.Stock> stocks = new ArrayList<>();
    for (Recipe recipe : Recipe.values()) {
      if (recipe != Recipe.COPY && (!recipe.needsMatrix() || request.options().hasMatrix())) {
        stock(recipe, byName).ifPresent(stocks::add);
      }
    }
    stocks.sort(Comparator.comparingLong(TargetPlan.Stock::bytes));
    return stocks;
  }

  private Optional<TargetPlan.Stock> stock(Recipe recipe, Map<String, List<Candidate>> byName) {
    double divergence = 0;
    RecipePlan plan;
    try {
      plan = stock(recipe);
    } catch (RecipeException e) {
      return Optional.empty(); // some tensor cannot have the type
    }
    for (PlannedTensor tensor : plan.tensors()) {
      List<Candidate> candidates = byName.get(tensor.name());
      if (candidates != null) {
        Optional<Candidate> same =
            candidates.stream().filter(c -> c.type() == tensor.target()).findFirst();
        if (same.isEmpty()) {
          return Optional.empty(); // a type that was not measured
        }
        divergence += same.get().error();
      }
    }
    return Optional.of(new TargetPlan.Stock(recipe, plan.bytes(), divergence));
  }

  private static TargetPlan result(
      RecipePlan stock,
      Map<String, Candidate> chosen,
      Allocation allocation,
      List<TargetPlan.Stock> stocks,
      List<TargetPlan.Chosen> report) {
    List<PlannedTensor> tensors =
        stock.tensors().stream().map(tensor -> withType(tensor, chosen)).toList();
    RecipePlan plan = new RecipePlan(stock.recipe(), tensors, stock.unusedOverrides());
    Recipe nearest =
        stocks.stream()
            .min(Comparator.comparingLong(s -> Math.abs(s.bytes() - plan.bytes())))
            .map(TargetPlan.Stock::recipe)
            .orElse(stock.recipe());
    return new TargetPlan(
        new RecipePlan(nearest, tensors, stock.unusedOverrides()),
        allocation.error(),
        stocks,
        report);
  }

  private static PlannedTensor withType(PlannedTensor tensor, Map<String, Candidate> chosen) {
    Candidate candidate = chosen.get(tensor.name());
    return candidate == null
        ? tensor
        : new PlannedTensor(
            tensor.tensor(),
            tensor.role(),
            candidate.type(),
            candidate.type(),
            PlannedTensor.Reason.TARGET);
  }

  /** Two steps for each tensor: its errors, then its sensitivity. */
  private static final class Progress {
    private final Listener listener;
    private final List<TensorJob> jobs;
    private int done;

    Progress(Listener listener, List<TensorJob> jobs) {
      this.listener = listener;
      this.jobs = jobs;
    }

    void check() {
      if (listener.cancelled()) {
        throw new CancellationException("planning was cancelled");
      }
    }

    void step() {
      check();
      listener.progress(done + 1, 2 * jobs.size(), jobs.get(done % jobs.size()).name());
      done++;
    }
  }
}
