package dev.jora.fault;

/** An exception whose message may name parameters. */
public interface ParameterFault {
  /** The message. */
  Sentence sentence();
}
