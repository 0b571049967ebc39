package dev.jora.serve.write;

import dev.jora.engine.Generation;
import dev.jora.engine.TextStream;
import dev.jora.serve.schedule.Follower;
import dev.jora.serve.text.TextSettings;
import java.util.List;

/** A text without a conversation: each token that was drawn is an event. */
final class TextFollower implements Follower {
  private final int index;
  private final Mailbox box;
  private final boolean progress;
  private final TimeLimit limit;
  private final DrawnTokens tokens;
  private final StringBuilder text = new StringBuilder();

  TextFollower(int index, Mailbox box, TextSettings settings, DrawnTokens tokens) {
    this.index = index;
    this.box = box;
    this.progress = settings.progress();
    this.limit = new TimeLimit(settings.most());
    this.tokens = tokens;
  }

  @Override
  public void begun(int slot, int cached) {
    box.put(index, new Event.Begun(slot, cached));
  }

  @Override
  public void prompt(int done, int total) {
    if (progress) {
      box.put(index, new Event.Progress(done, total));
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
    limit.text(piece);
    text.append(piece);
  }

  @Override
  public void goesOn(TextStream stream) {
    send(tokens.take());
  }

  private void send(List<DrawnToken> drawn) {
    if (!drawn.isEmpty() || !text.isEmpty()) {
      box.put(index, new Event.Piece(text.toString(), drawn, tokens.count()));
      text.setLength(0);
    }
  }

  @Override
  public boolean cancelled() {
    return box.isClosed() || limit.isOver();
  }

  @Override
  public void ended(Generation generation) {
    DrawnToken ending = tokens.takeEnding();
    send(tokens.rest());
    box.put(index, new Event.End(generation, null, ending));
  }

  @Override
  public void failed(RuntimeException fault) {
    box.put(index, new Event.Fault(fault));
  }
}
