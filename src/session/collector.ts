/**
 * The parent's memory: lines of all agents go into one ledger and, where asked for, into a
 * file as they come; the whole is judged again on a tick and whenever a suspicion arrives.
 * Ledger and judge are handed in: this folder knows neither.
 */
import type { Finding, Judgement } from '../model/finding.ts';
import type { Line, Recording } from '../model/recording.ts';

export interface LineStore {
  add(line: Line): void;
  recording(): Recording;
}

export interface CollectorOptions {
  ledger: LineStore;
  judge(recording: Recording): Judgement;
  /** A finding that was not there at the last look. Called once for each, and once more when it is graver. */
  onFinding(finding: Finding): void;
  /** What is known so far, whenever it was judged anew. */
  onJudged?(recording: Recording, judgement: Judgement): void;
  /** Every line as it came, for a file. */
  onLine(line: Line): void;
}

export class Collector {
  readonly #options: CollectorOptions;
  readonly #known = new Set<string>();
  #hasNews = false;
  #hasSegment = false;

  constructor(options: CollectorOptions) {
    this.#options = options;
  }

  /** Did any source introduce itself? */
  get hasSegment(): boolean {
    return this.#hasSegment;
  }

  take(line: Line): void {
    this.#options.onLine(line);
    this.#options.ledger.add(line);
    this.#hasNews = true;
    if (line.type === 'segment') this.#hasSegment = true;
    if (line.type === 'suspicion') this.judge();
  }

  /** These segments say no more. The main thread's own end comes with the child's exit code. */
  end(segments: readonly string[], exitCode: number | null, signal: string | null): void {
    for (const id of segments) {
      const segment = this.recording().segments.find((one) => one.info.id === id);
      if (segment === undefined || segment.end !== null) continue;
      this.take({ type: 'end', segment: id, at: segment.lastAt, exitCode, signal });
    }
  }

  /** Judges if anything came since the last time. */
  tick(): void {
    if (this.#hasNews) this.judge();
  }

  judge(): Judgement {
    this.#hasNews = false;
    const recording = this.recording();
    const judgement = this.#options.judge(recording);
    for (const finding of judgement.findings) {
      // A note that grows into an error is news; the name of its task, which comes later, is not.
      const key = `${finding.segment} ${finding.fingerprint} ${finding.level}`;
      if (this.#known.has(key)) continue;
      this.#known.add(key);
      this.#options.onFinding(finding);
    }
    this.#options.onJudged?.(recording, judgement);
    return judgement;
  }

  recording(): Recording {
    return this.#options.ledger.recording();
  }
}
