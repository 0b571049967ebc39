package dev.jora.template;

import java.util.Map;
import java.util.function.Function;

/** {@code self}: the blocks of a template, which can be rendered again. */
record Blocks(Map<String, Node.Block> blocks, Function<Node.Block, Text> renderer)
    implements Value.Thing {
  @Override
  public String type() {
    return "jinja2.runtime.TemplateReference";
  }

  @Override
  public String shown() {
    return "<TemplateReference None>";
  }

  @Override
  public boolean isCallable() {
    return false;
  }

  @Override
  public Value attribute(String name) {
    Node.Block block = blocks.get(name);
    return block == null
        ? null
        : new Builtin.Bindable(Builtin.row(name, "", (env, a) -> rendered(env, block)), null);
  }

  private Value rendered(Env env, Node.Block block) {
    env.meter().enter();
    Text text = renderer.apply(block);
    env.meter().leave();
    return Value.of(text);
  }
}
