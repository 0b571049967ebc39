package dev.jora.engine;

import dev.jora.backend.Backend;
import dev.jora.engine.LoadListener.Loaded;
import dev.jora.model.UploadListener;
import java.util.ArrayList;
import java.util.List;

/** Bytes that have come to GPUs, against those that a plan has for them. */
final class LoadTally implements UploadListener {
  private final LoadListener listener;
  private final List<Loaded> gpus = new ArrayList<>();

  LoadTally(OffloadPlan plan, LoadListener listener) {
    this.listener = listener;
    for (Gpu gpu : plan.gpus()) {
      if (plan.on(gpu).weights() > 0) {
        gpus.add(new Loaded(gpu, 0, plan.on(gpu).weights()));
      }
    }
  }

  @Override
  public void uploaded(Backend backend, long bytes) {
    for (int i = 0; i < gpus.size(); i++) {
      Loaded one = gpus.get(i);
      if (one.gpu().backend() == backend) {
        gpus.set(i, new Loaded(one.gpu(), one.done() + bytes, one.total()));
        listener.loaded(List.copyOf(gpus));
      }
    }
  }
}
