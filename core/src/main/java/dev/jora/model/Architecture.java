package dev.jora.model;

/** What a family of models is, as a function of a file's hyper-parameters. */
@FunctionalInterface
public interface Architecture {
  /** The description of the model with these hyper-parameters. */
  DecoderSpec spec(Hyperparameters h);
}
