package dev.jora.chat.tools;

import java.util.Map;

/** Rules for the JSON that schemas allow. */
final class ToolSchemas {
  private static final String ANY =
      """
      @ ::= @-object
      @-value ::= @-object | @-array | @-string | @-number | "true" | "false" | "null"
      @-object ::= "{" @-ws ( @-pair ( @-ws "," @-ws @-pair )* @-ws )? "}"
      @-pair ::= @-string @-ws ":" @-ws @-value
      @-array ::= "[" @-ws ( @-value ( @-ws "," @-ws @-value )* @-ws )? "]"
      @-string ::= "\\"" ( [^"\\\\\\x00-\\x1F] | "\\\\" ( ["\\\\/bfnrt] | "u" [0-9a-fA-F]{4} ) )* "\\""
      @-number ::= "-"? ( "0" | [1-9] [0-9]{0,17} ) ( "." [0-9]{1,18} )? ( [eE] [+-]? [0-9]{1,3} )?
      @-ws ::= [ \\n\\t]{0,20}
      """;

  private ToolSchemas() {}

  /**
   * Rules for the values of a schema.
   *
   * @param rule the name of the rule; others begin with it and a hyphen
   */
  static String rules(String rule, Map<String, Object> schema, boolean lenient) {
    String rules = ANY.replace("@", rule);
    boolean object = "object".equals(schema.get("type"));
    return object ? rules : rules.replaceFirst("::= \\S+-object", "::= " + rule + "-value");
  }
}
