/**
 * Which test ran when, in a thread that runs tests: so that a finding can name it. Nothing
 * begins in a thread that is starved, so the last test that has begun is to blame; a loop
 * that lets others run keeps the test in which it was seen first.
 */
import type { Suspicion } from '../model/recording.ts';
import type { TestBegun, TestCells } from '../model/test-cells.ts';

/** A suspicion that was not told for so long is another one when it comes again. */
const EPISODE_NS = 2.5e9;

export class TestLog {
  readonly #cells: TestCells;
  readonly #seen = new Map<string, { test: TestBegun; at: number }>();

  constructor(cells: TestCells) {
    this.#cells = cells;
  }

  /** The test in which it began; null where none had begun yet. */
  testOf(segment: string, suspicion: Suspicion): TestBegun | null {
    const last = this.#cells.last();
    if (last === null) return null;
    const { id, at } = suspicion;
    const key = `${segment} ${id}`;
    const known = this.#seen.get(key);
    const isNew = known === undefined || isStarving(suspicion) || at - known.at > EPISODE_NS;
    const test = isNew ? last : known.test;
    this.#seen.set(key, { test, at });
    return test;
  }

  /** The last of this name. */
  named(name: string): TestBegun | null {
    const seen = [...this.#seen.values()].map(({ test }) => test);
    return [this.#cells.last(), ...seen.reverse()].find((test) => test?.name === name) ?? null;
  }
}

function isStarving(suspicion: Suspicion): boolean {
  if (suspicion.kind === 'loop') return suspicion.isStarving || suspicion.isInsideOneRun;
  return suspicion.kind === 'stuck-poll';
}
