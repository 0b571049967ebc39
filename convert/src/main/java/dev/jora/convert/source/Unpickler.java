package dev.jora.convert.source;

import dev.jora.convert.source.PickleValue.Dict;
import dev.jora.convert.source.PickleValue.Global;
import dev.jora.convert.source.PickleValue.Items;
import dev.jora.convert.source.PickleValue.Mark;
import dev.jora.convert.source.PickleValue.Other;
import dev.jora.convert.source.PickleValue.Storage;
import dev.jora.convert.source.PickleValue.Text;
import dev.jora.convert.source.PickleValue.Truth;
import dev.jora.convert.source.PickleValue.Tuple;
import dev.jora.convert.source.PickleValue.Whole;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads Python's pickles of protocols 2 to 5 as far as weights need them. A pickle is a program
 * that may call whatever Python has; this one calls nothing: the few names that it knows build
 * values of this package, and every other is refused, called or not.
 */
final class Unpickler {
  private static final int MAX_PROTOCOL = 5;

  /** Values in all: what bounds the memory, since a byte of a pickle can make a dict. */
  private static final int MAX_VALUES = 4_000_000;

  private static final int MAX_STACK = 1_000_000;
  private static final int MAX_DIGITS = 256;

  private final PickleCursor in;
  private final List<PickleValue> stack = new ArrayList<>();
  private final Map<Long, PickleValue> memo = new HashMap<>();
  private final Map<String, Storage> storages;
  private final PickleCalls calls;
  private int values;

  private Unpickler(PickleCursor in, Map<String, Storage> storages) {
    this.in = in;
    this.storages = storages;
    this.calls = new PickleCalls(in);
  }

  /**
   * The value of the pickle that begins there; the cursor goes to its end.
   *
   * @throws SourceException if it is none, or names what is no part of weights
   */
  static PickleValue read(PickleCursor in) {
    return read(in, new HashMap<>());
  }

  /**
   * The same.
   *
   * @param storages where the storages that it names are put
   */
  static PickleValue read(PickleCursor in, Map<String, Storage> storages) {
    in.begin();
    if (in.unsignedByte() != 0x80) {
      throw in.fault("expected the beginning of a pickle");
    }
    int protocol = in.unsignedByte();
    if (protocol < 2 || protocol > MAX_PROTOCOL) {
      throw in.fault("expected protocol 2 to %d, found %d", MAX_PROTOCOL, protocol);
    }
    return new Unpickler(in, storages).run();
  }

  private PickleValue run() {
    while (true) {
      int code = in.unsignedByte();
      if (code == '.') {
        return pop();
      }
      step(code);
    }
  }

  private void step(int code) {
    switch (code) {
      case 0x95 -> in.skip(Long.BYTES); // FRAME: its length is of no use
      case '(' -> push(Mark.MARK);
      case '0' -> pop();
      case '1' -> fromMark();
      case '2' -> push(peek());
      case 'N' -> push(Other.NONE);
      case 0x88 -> push(Truth.TRUE);
      case 0x89 -> push(Truth.FALSE);
      case 'J' -> push(new Whole(in.int32()));
      case 'K' -> push(new Whole(in.unsignedByte()));
      case 'M' -> push(new Whole(in.unsignedShort()));
      case 0x8A -> push(number(in.unsignedByte()));
      case 0x8B -> push(number(in.int32()));
      case 'G' -> {
        in.skip(Double.BYTES);
        push(Other.NUMBER);
      }
      case 'X' -> push(new Text(in.text(in.unsignedInt())));
      case 0x8C -> push(new Text(in.text(in.unsignedByte())));
      case 0x8D -> push(new Text(in.text(in.int64())));
      case 'U' -> push(new Text(in.text(in.unsignedByte()))); // str of Python 2
      case 'T' -> push(new Text(in.text(in.int32())));
      case 'C' -> bytes(in.unsignedByte());
      case 'B' -> bytes(in.unsignedInt());
      case 0x8E, 0x96 -> bytes(in.int64());
      case ')' -> push(new Tuple(List.of()));
      case 't' -> push(new Tuple(fromMark()));
      case 0x85 -> push(new Tuple(last(1)));
      case 0x86 -> push(new Tuple(last(2)));
      case 0x87 -> push(new Tuple(last(3)));
      case ']' -> push(new Items());
      case 'l' -> append(fromMark(), new Items());
      case 'a' -> append(last(1), null);
      case 'e' -> append(fromMark(), null);
      case '}' -> push(new Dict());
      case 'd' -> set(fromMark(), new Dict());
      case 's' -> set(last(2), null);
      case 'u' -> set(fromMark(), null);
      case 0x8F -> push(Other.SET);
      case 0x90 -> {
        fromMark();
        expect(peek() == Other.SET, "a set to add to");
      }
      case 0x91 -> {
        fromMark();
        push(Other.SET);
      }
      case 'q' -> remember(in.unsignedByte());
      case 'r' -> remember(in.unsignedInt());
      case 0x94 -> remember(memo.size());
      case 'h' -> push(remembered(in.unsignedByte()));
      case 'j' -> push(remembered(in.unsignedInt()));
      case 'c' -> push(calls.global(in.line(), in.line()));
      case 0x93 -> stackGlobal();
      case 'R', 0x81 -> call();
      case 'b' -> build();
      case 'Q' -> storage();
      default -> throw in.fault("instruction 0x%02x is no part of weights", code);
    }
  }

  private void push(PickleValue value) {
    if (++values > MAX_VALUES || stack.size() >= MAX_STACK) {
      throw in.fault("it builds more values than weights need");
    }
    stack.add(value);
  }

  private PickleValue pop() {
    return last(1).getFirst();
  }

  private PickleValue peek() {
    expect(!stack.isEmpty() && stack.getLast() != Mark.MARK, "a value on the stack");
    return stack.getLast();
  }

  /** The last values, taken off the stack. */
  private List<PickleValue> last(int n) {
    int from = stack.size() - n;
    expect(from >= 0, n + " values on the stack");
    List<PickleValue> items = stack.subList(from, stack.size());
    for (PickleValue item : items) {
      expect(item != Mark.MARK, n + " values on the stack");
    }
    return take(items);
  }

  /** The values after the last mark, taken off the stack, and the mark with them. */
  private List<PickleValue> fromMark() {
    int mark = stack.size() - 1;
    while (mark >= 0 && stack.get(mark) != Mark.MARK) {
      mark--;
    }
    expect(mark >= 0, "a mark on the stack");
    List<PickleValue> items = take(stack.subList(mark + 1, stack.size()));
    stack.removeLast();
    return items;
  }

  private static List<PickleValue> take(List<PickleValue> items) {
    List<PickleValue> taken = new ArrayList<>(items);
    items.clear();
    return taken;
  }

  private void expect(boolean right, String what) {
    if (!right) {
      throw in.fault("expected %s", what);
    }
  }

  private PickleValue number(int length) {
    if (length < 0 || length > MAX_DIGITS) {
      throw in.fault("a number of %d bytes is no part of weights", length);
    }
    byte[] bytes = in.bytes(length);
    for (int i = 0; i < length / 2; i++) {
      byte low = bytes[i];
      bytes[i] = bytes[length - 1 - i];
      bytes[length - 1 - i] = low;
    }
    BigInteger value = length == 0 ? BigInteger.ZERO : new BigInteger(bytes);
    return value.bitLength() < Long.SIZE
        ? new Whole(value.longValue())
        : value.equals(TorchLegacy.MAGIC) ? TorchLegacy.MAGIC_VALUE : Other.NUMBER;
  }

  private void bytes(long length) {
    in.skip(length);
    push(Other.BYTES);
  }

  /** Adds to {@code fresh}, or to the list that is on the stack. */
  private void append(List<PickleValue> items, Items fresh) {
    if (fresh != null) {
      push(fresh);
    }
    if (peek() instanceof Items list) {
      list.items.addAll(items);
    } else {
      throw in.fault("expected a list to append to");
    }
  }

  /** Adds to {@code fresh}, or to the dict that is on the stack. */
  private void set(List<PickleValue> items, Dict fresh) {
    if (fresh != null) {
      push(fresh);
    }
    expect(items.size() % 2 == 0, "a value for each key");
    if (peek() instanceof Dict dict) {
      for (int i = 0; i < items.size(); i += 2) {
        calls.put(dict, items.get(i), items.get(i + 1));
      }
    } else {
      throw in.fault("expected a dict to put into");
    }
  }

  private void remember(long index) {
    memo.put(index, peek());
    expect(memo.size() <= MAX_VALUES, "fewer values to remember");
  }

  private PickleValue remembered(long index) {
    PickleValue value = memo.get(index);
    if (value == null) {
      throw in.fault("it never remembered value %,d", index);
    }
    return value;
  }

  private void storage() {
    Storage storage = calls.storage(pop());
    Storage before = storages.putIfAbsent(storage.key(), storage);
    if (before != null && before.bytes() != storage.bytes()) {
      throw in.fault("storage %s has two lengths", storage.key());
    }
    push(storage);
  }

  private void stackGlobal() {
    List<PickleValue> names = last(2);
    if (names.getFirst() instanceof Text module && names.getLast() instanceof Text name) {
      push(calls.global(module.value(), name.value()));
    } else {
      throw in.fault("expected the name of a module and of a part of it");
    }
  }

  private void call() {
    List<PickleValue> call = last(2);
    if (call.getFirst() instanceof Global global && call.getLast() instanceof Tuple arguments) {
      push(calls.value(global, arguments));
    } else {
      throw in.fault("it calls what is no part of weights");
    }
  }

  /** Attributes of a value: none of them matters. */
  private void build() {
    PickleValue state = pop();
    PickleValue of = peek();
    boolean plain = state instanceof Dict dict && dict.items.keySet().stream().allMatch(this::safe);
    if (!(of instanceof Dict && plain || of == Other.SETTINGS)) {
      throw in.fault("it sets what is no part of weights");
    }
  }

  private boolean safe(PickleValue key) {
    return key instanceof Text name && !name.value().startsWith("__");
  }
}
