/**
 * When is a closer look at a thread that runs tests worth what it costs? What spins does not
 * end: so a test that is over soon is none of it, however busy it was, and neither is a
 * suite of many. Reads vital signs and which test runs, from another thread, and nothing else.
 */
import { heartRow, HeartCell } from '../../model/heart-cells.ts';
import { TestCells } from '../../model/test-cells.ts';
import { wantedCpuMs } from '../../trace/thread-cpu.ts';
import { type Vitals, VitalSigns } from '../../trace/vital-signs.ts';

/** A thread that does not turn: one that loads modules is like that for some tenths of a second. */
const STARVED_MS = 300;
/** A test that is busy, and lets the loop turn, for so long. Runners' timeouts begin at 2 s. */
const TEST_MS = 500;
/** What a test left behind is busy whichever test runs: after so long, and each time twice as long after. */
const LEFT_BEHIND_MS = 3000;
/** Time for two or three traces. */
const LOOK_MS = 2000;
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
  #sign: Vitals['sign'] = null;
  #test = 0;
  #testSinceMs = 0;
  #signSinceMs: number | null = null;
  #signSeenMs = 0;
  #starvedSinceMs: number | null = null;
  #openFromMs = LEFT_BEHIND_MS;
  #isSuspicious = false;

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
    this.#sign = this.#vitals.look().sign;
    const { running } = this.#tests;
    if (running !== this.#test) {
      this.#test = running;
      this.#testSinceMs = nowMs;
    }
    this.#follow(nowMs);
    this.#isSuspicious = this.#sign !== null && this.#isLong(nowMs);
  }

  get isSuspicious(): boolean {
    return this.#isSuspicious;
  }

  #follow(nowMs: number): void {
    if (this.#sign !== 'starved') this.#starvedSinceMs = null;
    else this.#starvedSinceMs ??= nowMs;
    if (this.#sign !== null) {
      this.#signSinceMs ??= nowMs;
      this.#signSeenMs = nowMs;
    } else if (nowMs - this.#signSeenMs > REST_MS) {
      this.#signSinceMs = null;
      this.#openFromMs = LEFT_BEHIND_MS;
    }
  }

  #isLong(nowMs: number): boolean {
    if (this.#tests.isWaitedFor) return true;
    if (this.#starvedSinceMs !== null && nowMs - this.#starvedSinceMs >= STARVED_MS) return true;
    const signForMs = nowMs - (this.#signSinceMs ?? nowMs);
    const testForMs = Math.min(signForMs, nowMs - this.#testSinceMs);
    if (this.#test !== 0 && testForMs >= TEST_MS) return true;
    if (signForMs >= this.#openFromMs + LOOK_MS) this.#openFromMs *= 2;
    return signForMs >= this.#openFromMs;
  }
}

function vitalsOf(cells: Float64Array, nowMs: () => number): VitalSigns {
  return new VitalSigns({
    cells,
    cpuMs: () => wantedCpuMs(cells[HeartCell.SYSTEM_THREAD]!),
    nowMs,
  });
}
