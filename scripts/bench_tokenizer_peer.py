"""llama.cpp's side of bench-tokenizer: PEER VOCABULARY.gguf TEXT -> one line of JSON."""
import ctypes, glob, json, statistics, sys, time

libs = sys.argv[1] + "/node_modules/@node-llama-cpp/linux-x64/bins/linux-x64/"
load = lambda name: ctypes.CDLL(glob.glob(libs + name)[0], mode=ctypes.RTLD_GLOBAL)
load("libggml-base*.so")
load("libggml.v*.so")
llama = load("libllama.v*.so")


class ModelParams(ctypes.Structure):
    """llama_model_params: the fields before the flags, of which the first is vocab_only."""
    _fields_ = [("before", ctypes.c_byte * 72), ("vocab_only", ctypes.c_bool), ("flags", ctypes.c_bool * 7)]


def function(name, result, *arguments):
    f = getattr(llama, name)
    f.restype, f.argtypes = result, arguments
    return f


P, I = ctypes.c_void_p, ctypes.c_int32
LOG = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p, P)
silent = LOG(lambda level, text, data: None)
function("llama_log_set", None, LOG, P)(silent, None)
function("llama_backend_init", None)()
params = function("llama_model_default_params", ModelParams)()
params.vocab_only = True
start = time.perf_counter()
model = function("llama_model_load_from_file", P, ctypes.c_char_p, ModelParams)(sys.argv[2].encode(), params)
loaded = time.perf_counter() - start
if not model:
    sys.exit(sys.argv[2] + ": llama.cpp cannot load it")
vocab = function("llama_model_get_vocab", P, P)(model)
tokenize = function("llama_tokenize", I, P, ctypes.c_char_p, I, ctypes.POINTER(I), I, ctypes.c_bool, ctypes.c_bool)
text = open(sys.argv[3], "rb").read()
ids = (I * (len(text) + 16))()
seconds = []
for _ in range(4):
    start = time.perf_counter()
    n = tokenize(vocab, text, len(text), ids, len(ids), False, False)
    seconds.append(time.perf_counter() - start)
print(json.dumps({"tokens": n, "load_s": round(loaded, 3), "tokens_per_s": round(n / statistics.median(seconds[1:]))}))
