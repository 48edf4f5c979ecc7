/**
 * Judges what is seen of a thread while it runs tests, and sees to it that the tests go on:
 * a loop that starves the thread is ended, so that its test can fail and the next begin.
 * Where that is not safe the process is ended, after the finding was printed: a run that
 * fails is better than one that hangs.
 */
import { writeSync } from 'node:fs';
import { judge } from '../../analysis/judge.ts';
import { isAtLeast } from '../../analysis/order.ts';
import { Ledger } from '../../ledger/ledger.ts';
import type { Finding } from '../../model/finding.ts';
import { headerLine, type Line } from '../../model/recording.ts';
import { TestCells } from '../../model/test-cells.ts';
import { PLAIN_STYLE } from '../../report/report.ts';
import { terminalFinding } from '../../report/terminal-finding.ts';
import type { AgentHost, LineSink } from '../../session/agent-host.ts';
import { codeFramesFor } from '../../trace/code-frames.ts';
import type { FromGuard, GuardData, GuardOptions } from './guard-messages.ts';

/** How often it is tried to end a loop before the process is, and how long it has to be seen to turn. */
const TRIES = 8;
const TURNS_WITHIN_MS = 500;

const STDERR = 2;

export class TestGuard implements LineSink {
  readonly #host: AgentHost;
  readonly #options: GuardOptions;
  readonly #tests: TestCells;
  readonly #post: (message: FromGuard) => void;
  readonly #ledger = new Ledger();
  readonly #told = new Set<string>();
  #isEnding = false;

  constructor(host: AgentHost, data: GuardData, post: (message: FromGuard) => void) {
    this.#host = host;
    this.#options = data.guard;
    this.#tests = new TestCells(data.tests);
    this.#post = post;
    this.#ledger.add(headerLine(''));
  }

  /** Is it about to end a loop? */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  send(lines: Line[]): void {
    for (const line of lines) this.#ledger.add(line);
    if (lines.some(({ type }) => type === 'suspicion')) this.#judge();
  }

  flush(done: () => void): void {
    done();
  }

  #judge(): void {
    const { failOn, ...options } = this.#options;
    for (const finding of judge(this.#ledger.recording(), options).findings) {
      if (!isAtLeast(finding.level, failOn)) continue;
      const test = finding.test === null ? null : this.#host.testNumber(finding.test);
      // A test fails once, whatever else is found in it until it is over.
      const key = test === null ? `${finding.segment} ${finding.fingerprint}` : `test ${test}`;
      if (this.#told.has(key)) continue;
      this.#told.add(key);
      const text = this.#text(finding);
      this.#post({ type: 'found', test, finding, text });
      if (finding.segment !== '' && !this.#isEnding) void this.#end(test, text);
    }
  }

  #text(finding: Finding): string {
    const frames = codeFramesFor([finding], this.#ledger.recording());
    return terminalFinding(finding, frames, PLAIN_STYLE).trimEnd();
  }

  /** A loop that lets others run is left to its test, which fails and may go on. */
  async #end(test: number | null, text: string): Promise<void> {
    this.#isEnding = true;
    for (let tries = 0; ; tries += 1) {
      const { beats } = this.#host;
      if (tries > 0) await new Promise((resolve) => setTimeout(resolve, TURNS_WITHIN_MS));
      if (tries > 0 && this.#host.beats > beats) break;
      // The thread has gone on to another test by itself.
      if (test !== null && this.#tests.running !== test) break;
      if (tries === TRIES) endProcess(text);
      await this.#host.breakAnything();
    }
    this.#isEnding = false;
  }
}

function endProcess(text: string): void {
  const why =
    'selfwake: this loop cannot be ended without harm to Node, so the process is, and with it its tests.';
  try {
    writeSync(STDERR, `\n${text}\n\n${why}\n`);
  } catch {
    // Nobody listens: the exit code still says it.
  }
  process.kill(process.pid, 'SIGKILL');
}
