package dev.jora.serve.dialect;

import dev.jora.serve.http.Route;
import java.util.List;

/** A way to ask for texts. */
public interface Dialect {
  /** What it answers. */
  List<Route> routes();
}
