package dev.jora.cli.words;

import dev.jora.cli.words.ForeignOption.Fate;
import dev.jora.cli.words.ForeignOption.Values;
import java.util.List;

/**
 * The table of llama.cpp's options that jora does not have: what each takes and what becomes of it.
 * A command's own option of the same name comes first; of two rows here, the first.
 */
public final class ForeignOptions {
  private static final String CPU = "all of it is computed on the CPU";
  private static final String PLACED = "weights are where -ngl and -ot put them";

  /** The commands that have options of GPUs. */
  private static final String[] ON_GPUS = {"run", "chat", "bench", "perplexity", "embed", "rerank"};

  /** The commands that fetch models. */
  private static final String[] FETCHING = {
    "run",
    "chat",
    "embed",
    "rerank",
    "tokenize",
    "detokenize",
    "template",
    "grammar",
    "info",
    "bench",
    "imatrix",
    "perplexity",
    "pull",
    "serve",
    "convert",
    "merge-lora"
  };

  /** Those that can add adapters to a model: the same. */
  private static final String[] WITH_ADAPTERS = ON_GPUS;

  /** Those that adapters are given to: one merges them. */
  private static final String[] TAKING_ADAPTERS = {
    "run", "chat", "bench", "perplexity", "embed", "rerank", "merge-lora"
  };

  private static final String MAPPED = "model files are always mapped into memory";
  private static final String THREADS = "threads are left to the system";
  private static final String LOGS = "messages go to stderr; -q and -v say how many";
  private static final String ONE_TEXT = "there is one text at a time";
  private static final String ALWAYS = "they always are there";
  private static final String SHARED = "texts always share passes, and what was read";
  private static final String ONE_MODEL = "jora serves one model yet: -m FILE";
  private static final String HELD = "requests say that: grammar, json_schema, response_format";
  private static final String TEXT_ONLY = "no images and no sound";
  private static final String NO_WEIGHTS = "nothing is read but the vocabulary";
  private static final String ONE_THREAD = "one thread is enough for a text";
  private static final String NOT_DRAWN = "no tokens are drawn";
  private static final String NO_DOWNLOADS =
      "jora fetches models of the hub (jora pull, or -hf where -m is) and from addresses (-mu)";
  private static final String NO_NETWORK = "this command never uses the network";
  private static final String NO_ADAPTERS =
      "nothing is added to a model here: run, chat, perplexity, bench, embed and rerank take"
          + " adapters and control vectors";
  private static final String NO_MEDIA = "jora reads text only, no images and no sound yet";
  private static final String NO_DRAFTS =
      "jora has no speculative decoding yet: leave it out, the text is as good without";
  private static final String NO_SERVER = "jora serve listens, and no other command asks a server";
  private static final String IS_CHAT = "that is jora chat: it goes on talking";
  private static final String TEXT_IS_A_FILE = "the text comes from a file: -f FILE";

  private static final List<ForeignOption> ALL =
      List.of(
          // What a command has under another name, or is asked to say.
          prints("--version", Fate.Prints.VERSION),
          prints("--license", Fate.Prints.LICENSE),
          prints("--list-devices", Fate.Prints.DEVICES),
          prints("--completion-bash", Fate.Prints.COMPLETION),
          means("--verbose-prompt", Values.NONE, "--show-prompt").in("chat"),
          means("-bf --binary-file", Values.ONE, "--file").in("chat"),
          means("--cfg-negative-prompt", Values.ONE, "--negative-prompt").in("run", "chat"),
          means("--cfg-negative-prompt-file", Values.ONE, "--negative-prompt-file")
              .in("run", "chat"),
          // llama-bench's lists of what is a plain flag elsewhere.
          idle("-mmp --mmap", Values.SWITCH, MAPPED).in("bench"),
          idle("-nopo --no-op-offload --no-host", Values.SWITCH, PLACED).in("bench"),
          idle("--repack", Values.SWITCH, "kernels choose their layout").in("bench"),
          idle("-embd --embeddings", Values.SWITCH, "text is all that is measured").in("bench"),
          // llama-server's.
          idle("--slots --no-slots --props --no-props --metrics", Values.NONE, ALWAYS).in("serve"),
          idle("-cb --cont-batching -nocb --no-cont-batching", Values.NONE, SHARED).in("serve"),
          idle("-kvu --kv-unified -no-kvu --no-kv-unified", Values.NONE, SHARED).in("serve"),
          idle("--cache-prompt --no-cache-prompt", Values.NONE, "cache_prompt of a request says it")
              .in("serve"),
          idle("-sps --slot-prompt-similarity --cache-reuse", Values.ONE, SHARED).in("serve"),
          idle("--threads-http", Values.ONE, "each request has a thread").in("serve"),
          idle("--prefill-assistant --no-prefill-assistant", Values.NONE, "it always is")
              .in("serve"),
          idle("--reuse-port --ui --no-ui --webui --no-webui", Values.NONE, "there is no page yet")
              .in("serve"),
          named("--slot-save-path", Values.ONE, "slots are not saved to files yet").in("serve"),
          named("--models-dir --models-preset --models-max", Values.ONE, ONE_MODEL).in("serve"),
          named("--path --api-prefix --media-path", Values.ONE, "no files are served yet")
              .in("serve"),
          named("--grammar --grammar-file -j --json-schema", Values.ONE, HELD).in("serve"),
          named("-jf --json-schema-file", Values.ONE, HELD).in("serve"),
          idle("--embedding --embeddings", Values.NONE, "vectors are all it makes").in("embed"),
          idle("--rerank --reranking", Values.NONE, "it does nothing else").in("rerank"),
          named("--rerank --reranking", Values.NONE, "that is jora rerank"),
          named("--embedding --embeddings", Values.NONE, "that is jora embed"),
          named("--pooling", Values.ONE, "vectors are made by jora embed").notIn("embed", "serve"),
          named(
                  "--embd-normalize --embd-output-format --embd-separator",
                  Values.ONE,
                  "vectors are made by jora embed")
              .notIn("embed", "rerank"),
          named(
                  "--cls-separator",
                  Values.ONE,
                  "the model's file says what stands between question and document")
              .in("embed", "rerank"),
          named(
              "--attention",
              Values.ONE,
              "jora reads a text as its file says: encoders both ways, others from left to right"),
          named("-bf --binary-file", Values.ONE, "-f FILE --whole takes a file as one text")
              .in("embed", "rerank"),
          // Devices.
          idle("-ngl --gpu-layers --n-gpu-layers", Values.ONE, CPU).notIn(ON_GPUS),
          idle("-sm --split-mode -ts --tensor-split -mg --main-gpu", Values.ONE, CPU)
              .notIn(ON_GPUS),
          idle("-dev --device -ot --override-tensor", Values.ONE, CPU).notIn(ON_GPUS),
          idle("-ncmoe --n-cpu-moe", Values.ONE, CPU).notIn(ON_GPUS),
          idle("-cmoe --cpu-moe", Values.NONE, CPU).notIn(ON_GPUS),
          idle("-kvo --kv-offload -nkvo --no-kv-offload", Values.NONE, CPU).notIn(ON_GPUS),
          idle("-rpc --rpc", Values.ONE, "all is computed on this machine"),
          idle("--op-offload -nopo --no-op-offload --no-host", Values.NONE, PLACED),
          idle("-fit --fit -fitp --fit-print", Values.SWITCH, "a context is cut where -c is not"),
          idle("-fitt --fit-target", Values.ONE, CPU).notIn(ON_GPUS),
          idle("-fitc --fit-ctx", Values.ONE, "a context is cut where -c is not"),
          idle("-bs --backend-sampling", Values.NONE, "tokens are drawn on the CPU"),
          idle("-fa --flash-attn", Values.SWITCH, "attention is always of this kind"),
          idle("--repack -nr --no-repack", Values.NONE, "kernels choose their layout"),
          // Memory and threads.
          idle("--mlock --mmap --no-mmap", Values.NONE, MAPPED),
          idle("-dio --direct-io -ndio --no-direct-io", Values.NONE, MAPPED),
          idle("-lm --load-mode -lzm --lazy-mode", Values.ONE, MAPPED),
          idle("--numa --prio --prio-batch --poll --poll-batch", Values.ONE, THREADS),
          idle("-C --cpu-mask -Cb --cpu-mask-batch -Cr --cpu-range", Values.ONE, THREADS),
          idle("-Crb --cpu-range-batch --cpu-strict --cpu-strict-batch", Values.ONE, THREADS),
          idle("--warmup --no-warmup", Values.NONE, "nothing is run to warm up"),
          idle("--check-tensors", Values.NONE, "numbers are checked where they are used"),
          idle("--max-buffer-size", Values.ONE, "tensors are written in slabs").in("quantize"),
          // The KV cache.
          idle("--swa-full", Values.NONE, "the cache is always whole"),
          idle("-ctxcp --ctx-checkpoints --swa-checkpoints", Values.ONE, ONE_TEXT),
          idle("-cpent --checkpoint-every-n-tokens", Values.ONE, ONE_TEXT),
          idle("-cram --cache-ram --cache-reuse", Values.ONE, ONE_TEXT),
          idle("-dt --defrag-thold", Values.ONE, "the cache has no holes"),
          idle("-np --parallel -ns --sequences", Values.ONE, ONE_TEXT),
          idle("-cb --cont-batching -nocb --no-cont-batching", Values.NONE, ONE_TEXT),
          idle("-kvu --kv-unified -no-kvu --no-kv-unified", Values.NONE, ONE_TEXT),
          // Messages.
          idle("--perf --no-perf", Values.NONE, LOGS),
          idle("--show-timings --no-show-timings", Values.NONE, LOGS).notIn("chat"),
          idle("--log-file --log-prompts-dir", Values.ONE, LOGS),
          idle("--log-colors", Values.SWITCH, LOGS),
          idle("--log-prefix --no-log-prefix --log-jsonl", Values.NONE, LOGS),
          idle("--log-timestamps --no-log-timestamps", Values.NONE, LOGS),
          idle("-ptc --print-token-count", Values.ONE, LOGS),
          idle("--offline", Values.NONE, NO_NETWORK).notIn(FETCHING),
          idle("-hft --hf-token", Values.ONE, NO_NETWORK).notIn(FETCHING),
          // Conversations.
          idle("--reasoning-format --reasoning-budget-message", Values.ONE, "-rea hide folds it"),
          idle("--reasoning-preserve --no-reasoning-preserve", Values.NONE, "the template decides"),
          idle("--skip-chat-parsing --no-skip-chat-parsing", Values.NONE, "-rea hide folds it"),
          idle("-mli --multiline-input", Values.NONE, "words of several lines always can be"),
          idle("--simple-io", Values.NONE, "pipes get plain text anyway"),
          idle("-co --color", Values.SWITCH, "there are no colours").notIn("run", "chat"),
          idle("--display-prompt --no-display-prompt", Values.NONE, "no prompt is shown")
              .notIn("run"),
          idle("-sp --special", Values.NONE, "control tokens are not shown").notIn("run"),
          idle("--in-prefix --in-suffix", Values.ONE, "nobody else speaks").in("run"),
          idle("--in-prefix-bos", Values.NONE, "nobody else speaks").in("run"),
          idle("-i --interactive -if --interactive-first", Values.NONE, "it always is").in("chat"),
          named("-i --interactive -if --interactive-first -ins --instruct", Values.NONE, IS_CHAT)
              .in("run"),
          named("-no-cnv --no-conversation", Values.NONE, "that is jora run --raw").in("chat"),
          named(
                  "--in-prefix --in-suffix --in-prefix-bos",
                  Values.ONE,
                  "what stands around words is the chat template's to say: --chat-template")
              .in("chat"),
          named("-o --output --output-file", Values.ONE, "the text goes to stdout: > FILE keeps it")
              .in("run"),
          named("-o --output --output-file", Values.ONE, "--save FILE keeps a conversation")
              .in("chat"),
          // What draws tokens, where none are drawn.
          idle("-s --seed --temp --temperature --top-k --top-p --min-p", Values.ONE, NOT_DRAWN)
              .notIn("run", "chat"),
          idle("--repeat-penalty --repeat-last-n --samplers --keep", Values.ONE, NOT_DRAWN)
              .notIn("run", "chat"),
          idle("-n --predict --n-predict", Values.ONE, NOT_DRAWN)
              .in("perplexity", "imatrix", "embed", "rerank"),
          idle("-t --threads -tb --threads-batch", Values.ONE, ONE_THREAD)
              .in("tokenize", "detokenize", "template", "grammar"),
          idle("-c --ctx-size -b --batch-size -ub --ubatch-size", Values.ONE, NO_WEIGHTS)
              .in("tokenize", "detokenize", "template", "grammar"),
          idle("--ignore-eos", Values.NONE, NOT_DRAWN).notIn("run", "chat"),
          idle("--all-logits --logits-all", Values.NONE, "they always are").in("perplexity"),
          named("-p --prompt", Values.ONE, TEXT_IS_A_FILE).in("perplexity", "imatrix"),
          // What is not there yet.
          idle("--grammar --grammar-file -j --json-schema", Values.ONE, NOT_DRAWN)
              .notIn("run", "chat", "grammar"),
          idle("-jf --json-schema-file", Values.ONE, NOT_DRAWN).notIn("run", "chat", "grammar"),
          named("-hf -hfr --hf-repo -hff --hf-file -mu --model-url", Values.ONE, NO_DOWNLOADS)
              .notIn(FETCHING),
          named("-dr --docker-repo -hfv -hfrv --hf-repo-v", Values.ONE, NO_DOWNLOADS),
          named("-hffv --hf-file-v -mmu --mmproj-url", Values.ONE, NO_DOWNLOADS),
          named("--gpt-oss-20b-default --gpt-oss-120b-default", Values.NONE, NO_DOWNLOADS),
          named("--vision-gemma-4b-default --vision-gemma-12b-default", Values.NONE, NO_DOWNLOADS),
          named("-cl --cache-list", Values.NONE, "that is jora list"),
          named("--lora --lora-scaled", Values.ONE, NO_ADAPTERS).notIn(TAKING_ADAPTERS),
          named("--control-vector --control-vector-scaled", Values.ONE, NO_ADAPTERS)
              .notIn(WITH_ADAPTERS),
          named("--control-vector-layer-range", Values.TWO, NO_ADAPTERS).notIn(WITH_ADAPTERS),
          named("-mm --mmproj --image --audio --video", Values.ONE, NO_MEDIA),
          idle("--mmproj-auto --no-mmproj --no-mmproj-auto", Values.NONE, TEXT_ONLY),
          idle("--mmproj-offload --no-mmproj-offload", Values.NONE, TEXT_ONLY),
          idle("-mmdev --mmproj-device", Values.ONE, TEXT_ONLY),
          idle("--image-min-tokens --image-max-tokens", Values.ONE, TEXT_ONLY),
          named(
              "--override-kv",
              Values.ONE,
              "only jora quantize changes keys of a model: quantize --override-kv ... IN OUT COPY"),
          named(
              "-gan --grp-attn-n -gaw --grp-attn-w",
              Values.ONE,
              "jora has no self-extend: --rope-scaling yarn widens a context"),
          named("--server-base --host --port --api-key", Values.ONE, NO_SERVER),
          named("-md --model-draft --spec-draft-model --spec-type", Values.ONE, NO_DRAFTS),
          named("--spec-default", Values.NONE, NO_DRAFTS),
          named("--draft --draft-n --draft-max --draft-min --draft-n-min", Values.ONE, NO_DRAFTS),
          named("--draft-p-min --draft-p-split -ctkd -ctvd -td -tbd", Values.ONE, NO_DRAFTS),
          named("--cache-type-k-draft --cache-type-v-draft", Values.ONE, NO_DRAFTS),
          named("-hfd -hfrd --hf-repo-draft -devd --device-draft", Values.ONE, NO_DRAFTS),
          named("--threads-draft --threads-batch-draft -Cd -Crd -Cbd", Values.ONE, NO_DRAFTS),
          named("-ngld --gpu-layers-draft --n-gpu-layers-draft", Values.ONE, NO_DRAFTS),
          named("-otd --override-tensor-draft -ncmoed --n-cpu-moe-draft", Values.ONE, NO_DRAFTS),
          named("-cmoed --cpu-moe-draft", Values.NONE, NO_DRAFTS),
          named("--cpu-mask-draft --cpu-range-draft --cpu-strict-draft", Values.ONE, NO_DRAFTS),
          named("--prio-draft --poll-draft --prio-batch-draft", Values.ONE, NO_DRAFTS),
          named("--poll-batch-draft --cpu-mask-batch-draft", Values.ONE, NO_DRAFTS),
          named("--cpu-strict-batch-draft", Values.ONE, NO_DRAFTS));

  /** Options that begin so are all of one kind, and new ones come with every month. */
  private static final List<String> DRAFT_PREFIXES = List.of("--spec-", "--no-spec-");

  private ForeignOptions() {}

  private static ForeignOption row(String names, Values values, Fate fate) {
    return new ForeignOption(List.of(names.split(" ")), values, List.of(), List.of(), fate);
  }

  private static ForeignOption idle(String names, Values values, String why) {
    return row(names, values, new Fate.Idle(why));
  }

  private static ForeignOption named(String names, Values values, String sentence) {
    return row(names, values, new Fate.Named(sentence));
  }

  private static ForeignOption means(String names, Values values, String option) {
    return row(names, values, new Fate.Means(option));
  }

  private static ForeignOption prints(String name, Fate.Prints what) {
    return row(name, Values.NONE, what);
  }

  /** All rows. */
  public static List<ForeignOption> all() {
    return ALL;
  }

  /** What an option of llama.cpp means to a command, or null if it is none. */
  public static ForeignOption find(String command, String name) {
    for (ForeignOption option : ALL) {
      if (option.is(name, command)) {
        return option;
      }
    }
    return DRAFT_PREFIXES.stream().anyMatch(name::startsWith)
        ? named(name, Values.ONE, NO_DRAFTS)
        : null;
  }
}
