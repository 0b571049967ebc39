package dev.jora.convert.source;

import static java.util.stream.Collectors.toUnmodifiableMap;

import dev.jora.convert.source.PickleValue.Global;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What pickles of weights name of Python; nothing else may be named. */
enum PickleGlobal {
  DICT("collections.OrderedDict"),
  TENSOR("torch._utils._rebuild_tensor"),
  TENSOR_V2("torch._utils._rebuild_tensor_v2"),
  TENSOR_V3("torch._utils._rebuild_tensor_v3"),
  PARAMETER("torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state"),
  SIZE("torch.Size"),
  BYTES("_codecs.encode"),
  SET("builtins.set", "__builtin__.set", "builtins.frozenset", "__builtin__.frozenset"),
  SETTINGS(
      "argparse.Namespace",
      "torch.device",
      "numpy.dtype",
      "numpy.core.multiarray.scalar",
      "numpy._core.multiarray.scalar"),
  /** Classes of storages, which no one calls. */
  STORAGE,
  /** Names of element types, which no one calls. */
  TYPE;

  private static final Map<String, ElementType> STORAGES =
      Map.ofEntries(
          Map.entry("Float", ElementType.F32),
          Map.entry("Double", ElementType.F64),
          Map.entry("Half", ElementType.F16),
          Map.entry("BFloat16", ElementType.BF16),
          Map.entry("Long", ElementType.I64),
          Map.entry("Int", ElementType.I32),
          Map.entry("Short", ElementType.I16),
          Map.entry("Char", ElementType.I8),
          Map.entry("Byte", ElementType.U8),
          Map.entry("Bool", ElementType.BOOL));

  private static final Map<String, ElementType> TYPES =
      Map.ofEntries(
          Map.entry("float32", ElementType.F32),
          Map.entry("float", ElementType.F32),
          Map.entry("float64", ElementType.F64),
          Map.entry("double", ElementType.F64),
          Map.entry("float16", ElementType.F16),
          Map.entry("half", ElementType.F16),
          Map.entry("bfloat16", ElementType.BF16),
          Map.entry("float8_e4m3fn", ElementType.F8_E4M3),
          Map.entry("float8_e5m2", ElementType.F8_E5M2),
          Map.entry("float8_e8m0fnu", ElementType.F8_E8M0),
          Map.entry("int64", ElementType.I64),
          Map.entry("long", ElementType.I64),
          Map.entry("int32", ElementType.I32),
          Map.entry("int", ElementType.I32),
          Map.entry("int16", ElementType.I16),
          Map.entry("short", ElementType.I16),
          Map.entry("int8", ElementType.I8),
          Map.entry("uint8", ElementType.U8),
          Map.entry("uint16", ElementType.U16),
          Map.entry("uint32", ElementType.U32),
          Map.entry("uint64", ElementType.U64),
          Map.entry("bool", ElementType.BOOL));

  private static final Map<String, Global> ALL = all();

  private final String[] names;

  PickleGlobal(String... names) {
    this.names = names;
  }

  private static Map<String, Global> all() {
    Stream<Map.Entry<String, Global>> calls =
        Arrays.stream(values())
            .flatMap(
                known ->
                    Arrays.stream(known.names)
                        .map(name -> Map.entry(name, new Global(known, null))));
    Stream<Map.Entry<String, Global>> storages =
        STORAGES.entrySet().stream()
            .map(
                one ->
                    Map.entry(
                        "torch." + one.getKey() + "Storage", new Global(STORAGE, one.getValue())));
    Stream<Map.Entry<String, Global>> untyped =
        Stream.of(
            Map.entry("torch.storage.UntypedStorage", new Global(STORAGE, null)),
            Map.entry("torch.UntypedStorage", new Global(STORAGE, null)));
    Stream<Map.Entry<String, Global>> types =
        TYPES.entrySet().stream()
            .map(one -> Map.entry("torch." + one.getKey(), new Global(TYPE, one.getValue())));
    return Stream.of(calls, storages, untyped, types)
        .flatMap(all -> all)
        .collect(toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** What is known by this name of a module and its member. */
  static Optional<Global> byName(String module, String name) {
    // a name with a point would reach through the module into another
    return name.indexOf('.') >= 0
        ? Optional.empty()
        : Optional.ofNullable(ALL.get(module + "." + name));
  }
}
