/**
 * When is a closer look at a thread that runs tests worth what it costs? What spins does not
 * end: so a test that is over soon is none of it, however busy it was, and neither is a
 * suite of many. Reads vital signs and which test runs, from another thread, and nothing else.
 */
import { heartRow, HeartCell } from '../../model/heart-cells.ts';
import { TestCells } from '../../model/test-cells.ts';
import { wantedCpuMs } from '../../trace/thread-cpu.ts';
import { type Sign, VitalSigns } from '../../trace/vital-signs.ts';

/**
 * A test that wants all of a core, or does not let the loop turn, for so long. A trace costs
 * about as much again, and runners' own timeouts, where they help, begin at 2 to 5 s.
 */
const TEST_MS = 1500;
/** The same between tests: modules are loaded there. */
const BETWEEN_TESTS_MS = 3000;
/** What a test left behind is busy whichever test runs: after so long, and each time twice as long after. */
const LEFT_BEHIND_MS = 20_000;
/** Time for a trace, and for more of them where the first one finds something. */
const LOOK_MS = 3000;
/** Without any sign for so long the next one is a new one. */
const REST_MS = 1000;

export interface VigilData {
  hearts: SharedArrayBuffer;
  tests: SharedArrayBuffer;
}

export class TestVigil {
  readonly #vitals: Pick<VitalSigns, 'look'>;
  readonly #tests: TestCells;
  readonly #nowMs: () => number;
  #test = 0;
  #testSinceMs = 0;
  #signSinceMs: number | null = null;
  #signSeenMs = 0;
  #starvedSinceMs: number | null = null;
  #leftBehindMs = LEFT_BEHIND_MS;
  #suspect: string | null = null;

  constructor(
    { hearts, tests }: VigilData,
    nowMs: () => number = () => performance.now(),
    vitals: Pick<VitalSigns, 'look'> = vitalsOf(heartRow(hearts, 0), nowMs),
  ) {
    this.#tests = new TestCells(tests);
    this.#nowMs = nowMs;
    this.#vitals = vitals;
  }

  /** To be called every 20 to 50 ms. */
  look(): void {
    const nowMs = this.#nowMs();
    const { sign } = this.#vitals.look();
    const { running } = this.#tests;
    if (running !== this.#test) {
      this.#test = running;
      this.#testSinceMs = nowMs;
    }
    this.#follow(sign, nowMs);
    this.#suspect = sign === null ? null : this.#suspectNow(nowMs);
  }

  /** What is worth a closer look now, by a name that no other has: null while nothing is. */
  get suspect(): string | null {
    return this.#suspect;
  }

  #follow(sign: Sign | null, nowMs: number): void {
    if (sign !== 'starved') this.#starvedSinceMs = null;
    else this.#starvedSinceMs ??= nowMs;
    if (sign !== null) {
      this.#signSinceMs ??= nowMs;
      this.#signSeenMs = nowMs;
    } else if (nowMs - this.#signSeenMs > REST_MS) {
      this.#signSinceMs = null;
      this.#leftBehindMs = LEFT_BEHIND_MS;
    }
  }

  #suspectNow(nowMs: number): string | null {
    const test = `test ${this.#test}`;
    if (this.#tests.isWaitedFor) return test;
    const signForMs = nowMs - (this.#signSinceMs ?? nowMs);
    if (this.#test === 0) {
      const starvedForMs = nowMs - (this.#starvedSinceMs ?? nowMs);
      if (starvedForMs >= BETWEEN_TESTS_MS) return 'between tests';
    } else if (Math.min(signForMs, nowMs - this.#testSinceMs) >= TEST_MS) {
      return test;
    }
    if (signForMs >= this.#leftBehindMs + LOOK_MS) this.#leftBehindMs *= 2;
    return signForMs >= this.#leftBehindMs ? `left behind ${this.#leftBehindMs}` : null;
  }
}

function vitalsOf(cells: Float64Array, nowMs: () => number): VitalSigns {
  return new VitalSigns({
    cells,
    cpuMs: () => wantedCpuMs(cells[HeartCell.SYSTEM_THREAD]!),
    nowMs,
  });
}
