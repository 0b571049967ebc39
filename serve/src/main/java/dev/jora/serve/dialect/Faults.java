package dev.jora.serve.dialect;

import dev.jora.chat.tools.ToolsException;
import dev.jora.fault.ParameterFault;
import dev.jora.grammar.GrammarException;
import dev.jora.grammar.schema.SchemaException;
import dev.jora.sampling.NoTokenException;
import dev.jora.serve.http.HttpFault;
import dev.jora.serve.schedule.BusyException;
import dev.jora.serve.write.Run;
import dev.jora.template.TemplateException;

/** Which exceptions of the library are a client's fault. */
public final class Faults {
  private Faults() {}

  /** The fault that an exception is for who asked. */
  public static HttpFault of(RuntimeException e) {
    return switch (e) {
      case HttpFault fault -> fault;
      case BusyException busy -> Run.busy(busy);
      case ParameterFault fault ->
          new HttpFault(HttpFault.Kind.INVALID, fault.sentence().calling(name -> name), e);
      case ToolsException fault -> invalid(fault);
      case TemplateException fault -> invalid(fault);
      case GrammarException fault -> invalid(fault);
      case SchemaException fault -> invalid(fault);
      case NoTokenException fault -> invalid(fault);
      default ->
          new HttpFault(
              HttpFault.Kind.SERVER,
              e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage(),
              e);
    };
  }

  private static HttpFault invalid(RuntimeException e) {
    return new HttpFault(HttpFault.Kind.INVALID, e.getMessage(), e);
  }
}
