package dev.jora.hub;

/** Hears how a download goes. */
public interface HubListener {
  /** Hears nothing. */
  HubListener NONE =
      new HubListener() {
        @Override
        public void progress(String file, long done, long total) {}

        @Override
        public void note(String sentence) {}
      };

  /**
   * Bytes of a file have come; called by several threads, one at a time.
   *
   * @param total bytes of the file, -1 where nobody knows
   */
  void progress(String file, long done, long total);

  /** Something that the user should know, such as why nothing seems to happen. */
  void note(String sentence);
}
