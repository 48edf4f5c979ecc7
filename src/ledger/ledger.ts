/**
 * Lines in, a recording out. Lines are cumulative and may come twice, late, or in any
 * order: numbers that only grow are joined by their maximum, states are replaced by those
 * with the newer time, so that nothing that was said is lost or counted twice. It has no
 * clock and never throws: what it does not know is counted in {@link Ledger.ignoredLines}.
 */
import { RECORDING_SCHEMA_VERSION, type Line, type Recording } from '../model/recording.ts';
import { SegmentLedger } from './segment-ledger.ts';

export class Ledger {
  #schemaVersion = RECORDING_SCHEMA_VERSION;
  #toolVersion = '';
  readonly #segments = new Map<string, SegmentLedger>();

  /** Lines of a type that this version does not know. */
  ignoredLines = 0;

  add(line: Line): void {
    switch (line.type) {
      case 'header':
        this.#schemaVersion = line.schemaVersion;
        this.#toolVersion = line.toolVersion;
        return;
      case 'segment': {
        const { type: _, ...info } = line;
        this.#segment(line.id).introduce(info);
        return;
      }
      case 'unit':
        this.#segment(line.segment).addUnit(line.unit);
        return;
      case 'task':
        this.#segment(line.segment).addTask(line.task);
        return;
      case 'counts':
        this.#segment(line.segment).addCounts(line);
        return;
      case 'suspicion':
        this.#segment(line.segment).addSuspicion(line.suspicion);
        return;
      case 'watched':
        this.#segment(line.segment).addWatched(line);
        return;
      case 'sampled':
        this.#segment(line.segment).addSampled(line.at, line.samples, line.inPolls);
        return;
      case 'blind':
        this.#segment(line.segment).addBlind(line.blind);
        return;
      case 'end':
        this.#segment(line.segment).end(line.at, line);
        return;
      default:
        line satisfies never;
        this.ignoredLines += 1;
    }
  }

  /**
   * What the lines so far say. A view: its segments go on growing with later lines, so
   * that judging after each snapshot copies nothing.
   */
  recording(): Recording {
    return {
      schemaVersion: this.#schemaVersion,
      toolVersion: this.#toolVersion,
      segments: Array.from(this.#segments.values(), (ledger) => ledger.segment),
      isTruncated: false,
    };
  }

  #segment(id: string): SegmentLedger {
    let ledger = this.#segments.get(id);
    if (ledger === undefined) {
      ledger = new SegmentLedger(id);
      this.#segments.set(id, ledger);
    }
    return ledger;
  }
}
