/** What every reader of a format says in the end. */
export interface ReadCounts {
  /** Samples counted, by weight. */
  samples: number;
  /** Samples that said nothing of where CPU time goes. */
  skipped: number;
  /** Seconds between the first and the last; both 0 where the format has no time. */
  firstAt: number;
  lastAt: number;
}

/** Reads a format of lines, each without its end. */
export interface LineReader extends ReadCounts {
  line(text: string): void;
  end(): void;
}
