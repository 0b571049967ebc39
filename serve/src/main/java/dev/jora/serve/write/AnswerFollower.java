package dev.jora.serve.write;

import dev.jora.chat.ChatListener;
import dev.jora.chat.PreparedAnswer;
import dev.jora.chat.Reply;
import dev.jora.chat.tools.ToolCall;
import dev.jora.engine.Generation;
import dev.jora.engine.GenerationListener;
import dev.jora.engine.TextStream;
import dev.jora.serve.schedule.Follower;
import dev.jora.serve.text.TextSettings;
import java.util.List;

/** An answer in a conversation, which is taken apart on its way: thinking, text, calls. */
final class AnswerFollower implements Follower {
  private final Ears ears;
  private PreparedAnswer answer;
  private GenerationListener inner;

  AnswerFollower(int index, Mailbox box, TextSettings settings) {
    this.ears = new Ears(index, box, settings);
  }

  /** What hears of the answer. */
  ChatListener ears() {
    return ears;
  }

  /** The answer that is followed, and who counts its tokens. */
  void follow(PreparedAnswer prepared, DrawnTokens tokens) {
    answer = prepared;
    inner = prepared.listener();
    ears.tokens = tokens;
  }

  @Override
  public void begun(int slot, int cached) {
    ears.put(new Event.Begun(slot, cached));
    ears.begin();
  }

  @Override
  public void prompt(int done, int total) {
    inner.prompt(done, total);
  }

  @Override
  public void token(int id, float[] logits) {
    inner.token(id, logits);
  }

  @Override
  public void taken(int count) {
    inner.taken(count);
  }

  @Override
  public void text(String piece) {
    ears.limit.text(piece);
    inner.text(piece);
  }

  @Override
  public void goesOn(TextStream stream) {
    inner.goesOn(stream);
  }

  @Override
  public boolean cancelled() {
    return ears.cancelled();
  }

  @Override
  public void ended(Generation generation) {
    try {
      Reply reply = answer.end(generation); // which may yet hear of text that was held back
      ears.end(generation, reply);
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  @Override
  public void failed(RuntimeException fault) {
    ears.put(new Event.Fault(fault));
  }

  /** Hears of the answer's parts. */
  private static final class Ears implements ChatListener {
    private final int index;
    private final Mailbox box;
    private final boolean progress;
    private final TimeLimit limit;
    private final StringBuilder before = new StringBuilder(); // words gone on from
    private boolean begun;
    private DrawnTokens tokens;

    Ears(int index, Mailbox box, TextSettings settings) {
      this.index = index;
      this.box = box;
      this.progress = settings.progress();
      this.limit = new TimeLimit(settings.most());
    }

    private void put(Event event) {
      box.put(index, event);
    }

    private void begin() {
      begun = true;
      if (!before.isEmpty()) {
        put(new Event.Piece(before.toString(), List.of(), 0));
      }
    }

    private void end(Generation generation, Reply reply) {
      DrawnToken ending = tokens.takeEnding();
      List<DrawnToken> rest = tokens.rest();
      if (!rest.isEmpty()) {
        put(new Event.Piece("", rest, tokens.count()));
      }
      put(new Event.End(generation, reply, ending));
    }

    @Override
    public void prompt(int done, int total) {
      if (progress) {
        put(new Event.Progress(done, total));
      }
    }

    @Override
    public void token(int id, float[] logits) {
      tokens.add(id, logits);
    }

    @Override
    public void taken(int count) {
      tokens.takeBack(count);
    }

    @Override
    public void text(String piece) {
      if (begun) {
        put(new Event.Piece(piece, tokens.take(), tokens.count()));
      } else {
        before.append(piece);
      }
    }

    @Override
    public void thinking(String piece) {
      if (begun) {
        put(new Event.Thought(piece, tokens.take(), tokens.count()));
      }
    }

    @Override
    public void call(int call, String id, String name) {
      put(new Event.Call(call, id, name));
    }

    @Override
    public void arguments(int call, String piece) {
      put(new Event.Arguments(call, piece));
    }

    @Override
    public void called(int call, ToolCall whole) {
      put(new Event.Called(call, whole));
    }

    @Override
    public void broken(int call) {
      put(new Event.Broken(call));
    }

    @Override
    public boolean cancelled() {
      return box.isClosed() || limit.isOver();
    }
  }
}
