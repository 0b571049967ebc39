package dev.jora.template;

/** A text whose every look costs: what a regular expression does to it stays within the limits. */
record MeteredText(Meter meter, String text) implements CharSequence {
  @Override
  public int length() {
    return text.length();
  }

  @Override
  public char charAt(int index) {
    meter.read(1);
    return text.charAt(index);
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.substring(start, end);
  }

  @Override
  public String toString() {
    return text;
  }
}
