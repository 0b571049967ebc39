package dev.jora.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every row of every table, on arguments that are large and awkward: it ends within the limits, and
 * hears at once that nobody waits any more. A new row needs a line in {@link #CALLS}.
 */
final class BuiltinLimitsTest {
  private static final Limits PATIENT = new Limits(1L << 40, 500, 1 << 24, Duration.ofSeconds(20));
  private static final Limits SMALL_LIMITS =
      new Limits(1_000_000, 200, 1 << 16, Duration.ofSeconds(5));
  private static final Duration AT_ONCE = Duration.ofSeconds(5); // on a busy machine

  /** What is tried, by table and row: expressions, between which a bar stands with two spaces. */
  private static final Map<String, String> CALLS =
      Map.ofEntries(
          calls("filter abs", "big|abs"),
          calls("filter attr", "table|attr(s)"),
          calls("filter batch", "list|batch(3, 'x')|list"),
          calls("filter capitalize", "s|capitalize"),
          calls("filter center", "'a'|center(n)"),
          calls("filter count", "s|count  ||  list|count"),
          calls("filter d", "s|d('x')"),
          calls("filter default", "s|default('x', true)"),
          calls("filter dictsort", "table|dictsort  ||  table|dictsort(by='value')"),
          calls("filter e", "tags|e"),
          calls("filter escape", "tags|escape"),
          calls("filter filesizeformat", "digits|filesizeformat"),
          calls("filter first", "s|first"),
          calls("filter float", "digits|float"),
          calls("filter forceescape", "tags|forceescape"),
          calls("filter format", "percents|format(*list)  ||  '%s'|format(s)"),
          calls("filter from_json", "json|from_json  ||  spaces|from_json"),
          calls("filter groupby", "records|groupby('k')"),
          calls("filter indent", "lines|indent(2, true)"),
          calls("filter int", "digits|int(0, 16)"),
          calls("filter items", "table|items|list"),
          calls("filter join", "list|join(', ')  ||  records|join(',', attribute='k')"),
          calls("filter last", "s|last  ||  list|last"),
          calls("filter length", "s|length"),
          calls("filter list", "s|list"),
          calls("filter lower", "s|lower"),
          calls("filter map", "records|map(attribute='k')|list  ||  list|map('upper')|list"),
          calls("filter max", "alike|max"),
          calls("filter min", "alike|min(case_sensitive=true)"),
          calls("filter pprint", "words|pprint  ||  table|pprint"),
          calls("filter random", "list|random"),
          calls("filter reject", "alike|reject('eq', alike[0])|list"),
          calls("filter rejectattr", "records|rejectattr('k', 'in', s)|list"),
          calls("filter replace", "s|replace(p, 'x')  ||  s|replace('a', 'b')"),
          calls("filter reverse", "s|reverse  ||  list|reverse|list"),
          calls("filter round", "big|round(-300)  ||  1.5|round(300)"),
          calls("filter safe", "table|safe"),
          calls("filter select", "alike|select('in', s)|list"),
          calls("filter selectattr", "records|selectattr('k')|list"),
          calls("filter slice", "list|slice(n)|list"),
          calls("filter sort", "alike|sort  ||  records|sort(attribute=commas)"),
          calls("filter string", "table|string"),
          calls("filter striptags", "tags|striptags  ||  comments|striptags"),
          calls("filter sum", "[list, list]|sum(start=[])"),
          calls("filter title", "words|title"),
          calls("filter tojson", "table|tojson(indent=2)  ||  s|tojson(ensure_ascii=true)"),
          calls("filter trim", "s|trim(letters)  ||  spaces|trim"),
          calls("filter truncate", "s|truncate(n // 2)"),
          calls("filter unique", "keys|unique|list  ||  alike|unique|list"),
          calls("filter upper", "s|upper"),
          calls("filter urlencode", "('é' * n)|urlencode  ||  table|urlencode"),
          calls("filter urlize", "dots|urlize  ||  mails|urlize"),
          calls("filter wordcount", "words|wordcount"),
          calls("filter wordwrap", "dashes|wordwrap(3)  ||  s|wordwrap(1000)"),
          calls("filter xmlattr", "table|xmlattr"),
          calls("test !=", "alike|select('!=', alike[0])|list"),
          calls("test <", "alike|select('<', alike[0])|list"),
          calls("test <=", "alike|select('<=', alike[0])|list"),
          calls("test ==", "alike|select('==', alike[0])|list"),
          calls("test >", "alike|select('>', alike[0])|list"),
          calls("test >=", "alike|select('>=', alike[0])|list"),
          calls("test boolean", "s is boolean"),
          calls("test callable", "s is callable"),
          calls("test defined", "s is defined"),
          calls("test divisibleby", "big is divisibleby(7)"),
          calls("test eq", "s is eq t"),
          calls("test equalto", "list is equalto list2"),
          calls("test escaped", "s is escaped"),
          calls("test even", "big is even"),
          calls("test false", "s is false"),
          calls("test filter", "s is filter  ||  keys[0] is filter"),
          calls("test float", "s is float"),
          calls("test ge", "s is ge t"),
          calls("test greaterthan", "s is greaterthan t"),
          calls("test gt", "s is gt t"),
          calls("test in", "p is in s  ||  s is in alike"),
          calls("test integer", "s is integer"),
          calls("test iterable", "s is iterable"),
          calls("test le", "s is le t"),
          calls("test lessthan", "s is lessthan t"),
          calls("test lower", "s is lower"),
          calls("test lt", "s is lt t"),
          calls("test mapping", "s is mapping"),
          calls("test ne", "s is ne t"),
          calls("test none", "s is none"),
          calls("test number", "s is number"),
          calls("test odd", "big is odd"),
          calls("test sameas", "s is sameas t"),
          calls("test sequence", "s is sequence"),
          calls("test string", "s is string"),
          calls("test test", "s is test"),
          calls("test true", "s is true"),
          calls("test undefined", "s is undefined"),
          calls("test upper", "s is upper"),
          calls("function cycler", "cycler(*list)"),
          calls("function dict", "dict(pairs, **table)"),
          calls("function joiner", "joiner(s)()"),
          calls("function lipsum", "lipsum(n, false, 20, 21)"),
          calls("function namespace", "namespace(table)"),
          calls("function raise_exception", "1 if 1 else raise_exception(s)"),
          calls("function range", "range(n // 32)"),
          calls("function strftime_now", "strftime_now(s)  ||  strftime_now('%A ' * n)"),
          calls("str capitalize", "s.capitalize()"),
          calls("str casefold", "s.casefold()"),
          calls("str center", "s.center(n * 2)"),
          calls("str count", "s.count(p)  ||  s.count('a')"),
          calls("str endswith", "s.endswith(s)  ||  s.endswith((s, t, p), 1)"),
          calls("str expandtabs", "tabs.expandtabs()"),
          calls("str find", "s.find(p)  ||  s.find('aaaaaaaaaaaaab')"),
          calls("str format", "braces.format(*list)  ||  '{0:>9}{0}'.format(s)"),
          calls("str format_map", "'{k}'.format_map({'k': s})"),
          calls("str index", "(s ~ p).index(p)"),
          calls("str isalnum", "s.isalnum()"),
          calls("str isalpha", "s.isalpha()"),
          calls("str isascii", "s.isascii()"),
          calls("str isdecimal", "digits.isdecimal()"),
          calls("str isdigit", "digits.isdigit()"),
          calls("str isidentifier", "s.isidentifier()"),
          calls("str islower", "s.islower()"),
          calls("str isnumeric", "digits.isnumeric()"),
          calls("str isprintable", "s.isprintable()"),
          calls("str isspace", "spaces.isspace()"),
          calls("str istitle", "words.title().istitle()"),
          calls("str isupper", "s.isupper()"),
          calls("str join", "s.join(alike)  ||  ','.join(list)"),
          calls("str ljust", "s.ljust(n * 2)"),
          calls("str lower", "s.lower()"),
          calls("str lstrip", "s.lstrip(letters)"),
          calls("str partition", "s.partition(p)"),
          calls("str removeprefix", "s.removeprefix(s)  ||  s.removeprefix('a')"),
          calls("str removesuffix", "s.removesuffix('a')"),
          calls("str replace", "s.replace(p, '')  ||  s.replace('', '-')"),
          calls("str rfind", "s.rfind(q)"),
          calls("str rindex", "(q ~ s).rindex(q)"),
          calls("str rjust", "s.rjust(n * 2)"),
          calls("str rpartition", "s.rpartition(q)"),
          calls("str rsplit", "s.rsplit(q)  ||  words.rsplit()"),
          calls("str rstrip", "s.rstrip(letters)"),
          calls("str split", "s.split(p)  ||  words.split()"),
          calls("str splitlines", "lines.splitlines()"),
          calls("str startswith", "s.startswith(t)"),
          calls("str strip", "s.strip(letters)  ||  spaces.strip()"),
          calls("str swapcase", "s.swapcase()"),
          calls("str title", "s.title()"),
          calls("str upper", "s.upper()"),
          calls("str zfill", "s.zfill(n * 2)"),
          calls("dict copy", "table.copy()"),
          calls("dict get", "table.get(s)  ||  table.get(keys[0])"),
          calls("dict items", "table.items()"),
          calls("dict keys", "table.keys()"),
          calls("dict values", "table.values()"),
          calls("list copy", "list.copy()"),
          calls("list count", "alike.count(alike[0])"),
          calls("list index", "alike.index(alike[-1])"),
          calls("int bit_length", "big.bit_length()"),
          calls("int is_integer", "big.is_integer()"),
          calls("float is_integer", "(1.5).is_integer()"),
          calls("operator +", "s + t  ||  list + list"),
          calls("operator -", "big - 1"),
          calls("operator *", "s * 3  ||  list * 3  ||  big * big"),
          calls("operator /", "big / (big + 1)"),
          calls("operator //", "big // 3"),
          calls("operator %", "big % 7  ||  '%s' % s  ||  '%r' % s"),
          calls("operator **", "3 ** 9000"),
          calls("operator ==", "s == t  ||  keys == keys2  ||  table == table2"),
          calls("operator !=", "s != t"),
          calls("operator <", "alike < alike2"),
          calls("operator <=", "s <= t"),
          calls("operator >", "s > t"),
          calls("operator >=", "s >= t"),
          calls("operator in", "p in s  ||  keys[0] in table  ||  s in alike"),
          calls("operator not in", "p not in s"),
          calls("other", "s ~ t  ||  s[1:]  ||  s[::-2]  ||  s[-2]  ||  table[s]  ||  list[::2]"));

  private static Map.Entry<String, String> calls(String row, String expressions) {
    return Map.entry(row, expressions);
  }

  private static Set<String> rows() {
    Map<String, Set<String>> tables = new TreeMap<>();
    tables.put("filter", Filters.TABLE.keySet());
    tables.put("test", Tests.TABLE.keySet());
    tables.put("function", Functions.GLOBALS.keySet());
    tables.put("str", StringMethods.TABLE.keySet());
    tables.put("dict", Access.DICT_METHODS.keySet());
    tables.put("list", Access.LIST_METHODS.keySet());
    tables.put("int", Access.INT_METHODS.keySet());
    tables.put("float", Access.FLOAT_METHODS.keySet());
    Set<String> rows = new TreeSet<>(Set.of("other"));
    tables.forEach((table, names) -> names.forEach(name -> rows.add(table + " " + name)));
    for (Arithmetic operator : Arithmetic.values()) {
      rows.add("operator " + operator.sign());
    }
    for (Comparison operator : Comparison.values()) {
      rows.add("operator " + operator.sign());
    }
    return rows;
  }

  /** Variables of a size. */
  private static Map<String, Value> variables(int n) {
    Map<String, Object> json = new HashMap<>();
    json.put("n", n);
    json.put("s", "a".repeat(n));
    json.put("t", "a".repeat(n));
    json.put("p", "a".repeat(n / 2) + "b");
    json.put("q", "b" + "a".repeat(n / 2));
    json.put("letters", "z".repeat(n / 2) + "a");
    json.put("spaces", " ".repeat(n) + "1");
    json.put("words", "ab ".repeat(n / 3));
    json.put("lines", "x\n".repeat(n / 2));
    json.put("tabs", "\t".repeat(n / 8));
    json.put("digits", "1" + "0".repeat(n < 5000 ? 3 : n));
    json.put("tags", "<b>&lt;".repeat(n / 7 + 1));
    json.put("comments", "<!-- x -->".repeat(n / 10 + 1));
    json.put("commas", "k" + ",k".repeat(n / 2));
    json.put("dashes", ("a" + "-".repeat(n / 4 + 1)).repeat(3));
    json.put("dots", (".".repeat(Math.min(n, 4000)) + "x ").repeat(n / 4000 + 1));
    json.put("mails", ("a@" + "a.".repeat(Math.min(n, 2000)) + "! ").repeat(n / 4000 + 1));
    json.put("json", "[" + "1,".repeat(n / 2) + "1]");
    int items = Math.max(2, n / 64);
    json.put("percents", "%s".repeat(items));
    json.put("braces", "{}".repeat(items));
    List<Object> list = new ArrayList<>();
    List<Object> pairs = new ArrayList<>();
    List<Object> records = new ArrayList<>();
    Map<String, Object> dict = new HashMap<>();
    for (int i = 0; i < items; i++) {
      list.add("i" + i);
      pairs.add(List.of("j" + i, "a"));
      records.add(Map.of("k", Map.of("x", Map.of("y", i))));
      dict.put("k" + i, "v");
    }
    records.replaceAll(record -> Map.of("k", "a".repeat(Math.min(n, 100)) + "z"));
    json.put("list", list);
    json.put("list2", new ArrayList<>(list));
    json.put("pairs", pairs);
    json.put("records", records);
    json.put("table", dict);
    json.put("table2", new HashMap<>(dict));
    List<Object> alike = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      alike.add("a".repeat(n / 64 + 1) + (char) ('a' + i % 26));
    }
    json.put("alike", alike);
    json.put("alike2", List.copyOf(alike));
    Map<String, Value> variables = new HashMap<>();
    json.forEach((name, value) -> variables.put(name, Value.of(value, false)));
    variables.put("big", new Value.Int(java.math.BigInteger.TWO.pow(Math.min(n, 8000))));
    variables.put("keys", keys(n));
    variables.put("keys2", keys(n));
    return variables;
  }

  /** Tuples whose hashes are all the same. */
  private static Value keys(int n) {
    List<Value> keys = new ArrayList<>();
    int bits = n < 5000 ? 3 : 14;
    for (int i = 0; i < 1 << bits; i++) {
      StringBuilder key = new StringBuilder();
      for (int bit = 0; bit < bits; bit++) {
        key.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      keys.add(Value.tuple(Value.own(key.toString()), Value.NONE));
    }
    return Value.list(keys);
  }

  private static final Map<String, Value> SMALL = variables(100);
  private static final Map<String, Value> LARGE = variables(1 << 20);

  @Test
  void everyRowHasACall() {
    assertEquals(rows(), new TreeSet<>(CALLS.keySet()));
  }

  static Stream<String> names() {
    return rows().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void endsAndHears(String row) {
    String calls = CALLS.get(row);
    assertNotNull(calls, "a call of " + row);
    for (String call : calls.split(" {2}\\|\\| {2}")) {
      Template.parse("{% set x = " + call + " %}").render(SMALL, Render.NOW, Limits.DEFAULT);
      String often = "{% for i in range(99999) %}{% for j in range(99999) %}{% set x = ";
      Template template = Template.parse(often + call + " %}{% endfor %}{% endfor %}");
      assertTimeoutPreemptively(AT_ONCE, () -> hears(template), call);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void failsAsTemplatesDo(String row) {
    Builtin builtin = builtin(row);
    if (builtin == null) {
      return;
    }
    Random random = new Random(row.hashCode());
    List<Value> values =
        List.of(
            Value.NONE,
            Value.TRUE,
            new Value.Undefined("u"),
            Value.of(0),
            Value.of(-1),
            Value.of(3),
            Value.of(Long.MAX_VALUE),
            LARGE.get("big"),
            new Value.Real(Double.NaN),
            new Value.Real(Double.NEGATIVE_INFINITY),
            new Value.Real(1e300),
            Value.own(""),
            Value.own("inf"),
            Value.own("{0[a]!r:>{1}}%(a)s%*d\ud83d\ude00 ß"),
            Value.own("upper"),
            Value.of(Map.of("a", 1, "", List.of()), false),
            Value.of(List.of(), false),
            Value.of(List.of(List.of(1, "a"), List.of("b", 2.5)), false),
            Value.tuple(Value.own("a"), Value.of(1)),
            new Value.Namespace(Map.of()));
    boolean method = !row.matches("(filter|test|function) .*");
    Value self = method ? selfOf(row) : null;
    for (int round = 0; round < 500; round++) {
      List<Value> arguments = new ArrayList<>();
      for (int n = random.nextInt(5); n > 0; n--) {
        arguments.add(values.get(random.nextInt(values.size())));
      }
      if (method) {
        arguments.addFirst(self);
      }
      Env env = new Env(new Meter(SMALL_LIMITS), Render.NOW, new Random(1));
      try {
        Value result = builtin.call(env, new Builtin.Call(arguments, Map.of()));
        env.str(result);
        if (result instanceof Value.Lazy) {
          env.str(Value.list(env.items(result)));
        }
      } catch (Fault e) {
        assertNotNull(e.getMessage());
      }
    }
  }

  private static Builtin builtin(String row) {
    String name = row.substring(row.indexOf(' ') + 1);
    return switch (row.substring(0, Math.max(0, row.indexOf(' ')))) {
      case "filter" -> Filters.TABLE.get(name);
      case "test" -> Tests.TABLE.get(name);
      case "function" -> ((Builtin.Bindable) Functions.GLOBALS.get(name)).builtin();
      case "str" -> StringMethods.TABLE.get(name);
      case "dict" -> Access.DICT_METHODS.get(name);
      case "list" -> Access.LIST_METHODS.get(name);
      case "int" -> Access.INT_METHODS.get(name);
      case "float" -> Access.FLOAT_METHODS.get(name);
      default -> null;
    };
  }

  private static Value selfOf(String row) {
    return switch (row.substring(0, row.indexOf(' '))) {
      case "str" -> Value.own("{0[a]!r:>{1}} %d ǅ\t");
      case "dict" -> Value.of(Map.of("a", 1), false);
      case "list" -> Value.of(List.of(1, "a"), false);
      case "int" -> Value.of(7);
      default -> new Value.Real(1.5);
    };
  }

  /** It is told to stop after a little while. */
  private static void hears(Template template) {
    long end = System.nanoTime() + 50_000_000;
    try {
      template.render(LARGE, Render.NOW, PATIENT.until(() -> System.nanoTime() > end));
    } catch (CancellationException | TemplateException e) {
      assertTrue(e instanceof CancellationException || fits(e.getMessage()), e.getMessage());
      return;
    }
    throw new AssertionError("it came to an end");
  }

  private static boolean fits(String message) {
    return message.contains("grows beyond")
        || message.contains("steps")
        || message.contains("digits")
        || message.contains("sandbox blocks")
        || message.contains("could not convert");
  }
}
