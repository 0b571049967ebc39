package dev.jora.backend.cuda.software;

import dev.jora.backend.cuda.software.SoftwareDriver.Call;
import dev.jora.backend.cuda.software.SoftwareStream.Event;
import dev.jora.backend.cuda.software.SoftwareStream.Graph;
import dev.jora.backend.cuda.software.SoftwareStream.Mark;
import java.util.List;

/** The driver's calls on streams, events and graphs. */
final class DriverOrder {
  private final SoftwareDriver driver;
  private boolean deferred;
  private long waits;

  DriverOrder(SoftwareDriver driver) {
    this.driver = driver;
  }

  void defer() {
    deferred = true;
  }

  long waits() {
    return waits;
  }

  long newStream() {
    SoftwareDevice device = driver.current("stream");
    driver.faults.meet(Call.STREAM, device, "stream");
    return device.put(new SoftwareStream(deferred));
  }

  void freeStream(long stream) {
    SoftwareDevice device = driver.currentToFree("stream");
    device.finish(List.of(device.take(stream, SoftwareStream.class)));
  }

  void synchronize(long stream) {
    SoftwareDevice device = driver.current("synchronize");
    SoftwareStream s = device.get(stream, SoftwareStream.class);
    driver.faults.meet(Call.SYNCHRONIZE, device, "synchronize");
    if (s.graph != null) {
      throw SoftwareDevice.refuse(900, "synchronize");
    }
    waits++;
    s.finish();
  }

  long newEvent() {
    SoftwareDevice device = driver.current("event");
    driver.faults.meet(Call.EVENT, device, "event");
    return device.put(new Event());
  }

  void freeEvent(long event) {
    driver.currentToFree("event").take(event, Event.class);
  }

  /** Events are waited for from other devices too. */
  private Event event(long handle) {
    for (SoftwareDevice device : driver.devices()) {
      if (device.find(handle) instanceof Event event) {
        return event;
      }
    }
    throw SoftwareDevice.refuse(400, "handle %d is no event", handle);
  }

  void record(long event, long stream) {
    SoftwareDevice device = driver.current("record");
    Event e = device.get(event, Event.class);
    Mark mark = new Mark(device.get(stream, SoftwareStream.class));
    e.mark = mark;
    mark.stream.give(mark::pass);
  }

  void await(long event) {
    driver.current("await");
    Mark mark = event(event).mark;
    if (mark != null && mark.graph != null) {
      throw SoftwareDevice.refuse(900, "await");
    }
    if (mark != null && !mark.reached) {
      waits++;
      mark.reach();
    }
  }

  void waitFor(long stream, long event) {
    SoftwareStream s = driver.current("wait").get(stream, SoftwareStream.class);
    Mark mark = event(event).mark;
    if (mark == null) {
      return;
    }
    if (mark.graph != null) {
      if (s.graph == null) {
        s.capture(mark.graph);
      }
    } else if (s.graph != null) {
      throw SoftwareDevice.refuse(901, "wait in a capture for an event from outside");
    } else {
      s.give(mark::reach);
    }
  }

  float elapsed(long from, long to) {
    driver.current("elapsed");
    Mark a = event(from).mark;
    Mark b = event(to).mark;
    if (a == null || b == null || !a.reached || !b.reached) {
      throw SoftwareDevice.refuse(600, "elapsed");
    }
    return (b.nanos - a.nanos) / 1e6f;
  }

  void beginCapture(long stream) {
    SoftwareStream s = driver.current("capture").get(stream, SoftwareStream.class);
    if (s.graph != null) {
      throw SoftwareDevice.refuse(900, "capture");
    }
    s.capture(new Graph());
  }

  long endCapture(long stream) {
    SoftwareDevice device = driver.current("capture");
    SoftwareStream s = device.get(stream, SoftwareStream.class);
    Graph graph = s.graph;
    if (graph == null || graph.streams.get(0) != s) {
      throw SoftwareDevice.refuse(901, "end of a capture that was not begun");
    }
    graph.streams.forEach(one -> one.graph = null);
    return device.put(graph);
  }

  void launchGraph(long graph, long stream) {
    SoftwareDevice device = driver.current("graph");
    List<Runnable> nodes = device.get(graph, Graph.class).nodes;
    device.give(stream, () -> nodes.forEach(Runnable::run));
  }

  void freeGraph(long graph) {
    driver.currentToFree("graph").take(graph, Graph.class);
  }
}
