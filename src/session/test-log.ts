/**
 * Which test ran when, in a thread that runs tests: so that a finding can name it. Nothing
 * begins in a thread that is starved, so the last test that has begun is to blame; a loop
 * that lets others run keeps the test in which it was seen first.
 */
import type { Suspicion } from '../model/recording.ts';

/** A test that began, told by whoever runs the tests of this thread. */
export interface TestBegun {
  type: 'test';
  /** Counts up within the thread. */
  id: number;
  name: string;
}

/** A suspicion that was not told for so long is another one when it comes again. */
const EPISODE_NS = 2.5e9;

export class TestLog {
  #last: TestBegun | null = null;
  readonly #seen = new Map<string, { test: TestBegun; at: number }>();

  begin(test: TestBegun): void {
    this.#last = test;
  }

  /** The test in which it began; null where none had begun yet. */
  testOf(segment: string, suspicion: Suspicion): TestBegun | null {
    if (this.#last === null) return null;
    const { id, at } = suspicion;
    const key = `${segment} ${id}`;
    const known = this.#seen.get(key);
    const isNew = known === undefined || isStarving(suspicion) || at - known.at > EPISODE_NS;
    const test = isNew ? this.#last : known.test;
    this.#seen.set(key, { test, at });
    return test;
  }

  /** The last of this name. */
  named(name: string): TestBegun | null {
    const seen = [...this.#seen.values()].map(({ test }) => test);
    return [this.#last, ...seen.reverse()].find((test) => test?.name === name) ?? null;
  }
}

function isStarving(suspicion: Suspicion): boolean {
  if (suspicion.kind === 'loop') return suspicion.isStarving || suspicion.isInsideOneRun;
  return suspicion.kind === 'stuck-poll';
}
