/**
 * Watches the tests of this thread, in whatever runner. A test's body runs as a job of its
 * own: when a loop in it is ended from outside, the runner's own code is not on the stack,
 * goes on, and learns from {@link TestWatch.run} that the test has failed.
 *
 * Under `selfwake run` the agent is there already, and judges elsewhere: then this only says
 * which test runs.
 */
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { flatThresholds } from '../../analysis/flat-thresholds.ts';
import { findAgent } from '../../model/agent.ts';
import type { Finding } from '../../model/finding.ts';
import { TestCells } from '../../model/test-cells.ts';
import { ThreadAgent } from '../../session/thread-agent.ts';
import { BASE_URL } from '../../trace/own-scripts.ts';
import type { FromGuard, GuardOptions, ToGuard } from './guard-messages.ts';
import { OwnJobs } from './own-jobs.ts';
import { SpinningError } from './spinning-error.ts';

/** One for each thread, however often the module is loaded. */
const KEY = Symbol.for('selfwake.testWatch');

export type WatchOptions = Partial<GuardOptions>;

interface RunningTest {
  name: string;
  fail(error: SpinningError): void;
}

/** Findings of a piece of code that somebody asked about: they fail nothing. */
export interface Scope {
  /** The first finding, as soon as there is one. */
  found: Promise<Found>;
  /** All of them; the scope is over. */
  end(): Promise<Found[]>;
}

export interface Found {
  finding: Finding;
  text: string;
}

export class TestWatch {
  readonly #ask: ((message: ToGuard) => void) | null;
  readonly #root = process.cwd();
  readonly #jobs = new OwnJobs();
  readonly #cells: TestCells;
  /** Tells an agent that somebody else has started. */
  readonly #tellAgent: ((id: number, name: string) => void) | null;
  readonly #running = new Map<number, RunningTest>();
  readonly #failed = new Map<number, SpinningError>();
  readonly #port: MessagePort | null;
  readonly #scopes = new Set<(found: Found) => void>();
  readonly #questions = new Map<number, () => void>();
  /** Found while no test was running: the next one tells it. */
  readonly #left: SpinningError[] = [];
  #tests = 0;
  #hasCut = false;
  #asked = 0;

  /** The watch of this thread, started with these options if it is the first time. */
  static start(options: WatchOptions = {}): TestWatch {
    const host = globalThis as Record<symbol, unknown>;
    const known = host[KEY] as TestWatch | undefined;
    if (known !== undefined) return known;
    const watch = new TestWatch(options);
    Object.defineProperty(host, KEY, { value: watch, configurable: true });
    return watch;
  }

  private constructor(options: WatchOptions) {
    const known = findAgent();
    if (known !== null) {
      this.#cells = new TestCells();
      this.#tellAgent = known.testBegins?.bind(known) ?? null;
      this.#ask = null;
      this.#port = null;
      return;
    }
    const { thresholds = {}, rules = {}, failOn = 'warning' } = options;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.on('message', (message: FromGuard) => this.#hear(message));
    port1.unref();
    const agent = new ThreadAgent(
      {
        socket: '',
        token: '',
        options: {
          thresholds: flatThresholds(thresholds),
          isExact: false,
          shallBreak: true,
          leavesMonitors: true,
          root: this.#root,
        },
      },
      {
        entry: new URL('testing/guard-thread.cjs', BASE_URL),
        data: { guard: { thresholds, rules, failOn }, port: port2 },
        // Nothing else may be left to wait for when the loop is gone: the news is.
        beforeBreak: () => port1.ref(),
        ports: [port2],
      },
    );
    agent.install();
    this.#cells = agent.tests;
    this.#tellAgent = null;
    this.#ask = (message) => agent.tell(message);
  }

  /** Runs the body of a test; rejects as it does, or with the finding when it spins. */
  async run<T>(name: string, body: () => T | PromiseLike<T>): Promise<T> {
    const left = this.#left.shift();
    if (left !== undefined) throw left;
    const id = this.#begin(name);
    let hasReturned = false;
    const job = (): T | PromiseLike<T> => {
      const result = body();
      hasReturned = true;
      return result;
    };
    try {
      return await new Promise<T>((resolve, reject) => {
        const fail = (error: SpinningError): void => {
          if (!hasReturned) this.#hasCut = true;
          reject(error);
        };
        this.#running.set(id, { name, fail });
        this.#jobs.run(job).then(resolve, reject);
      });
    } catch (error) {
      // A timeout that was due while it starved comes before the news of the finding.
      this.#hearAll();
      throw this.#failed.get(id) ?? error;
    } finally {
      this.#running.delete(id);
      const [other, around] = [...this.#running].at(-1) ?? [0, null];
      // A test that holds others goes on.
      if (around === null) this.#cells.end();
      else this.#begin(around.name, other);
    }
  }

  /** Runs a function in a turn of the event loop of its own. */
  runApart<T>(body: () => T | PromiseLike<T>): Promise<T> {
    return this.#jobs.run(body);
  }

  /** Some test's body was ended before it returned for the first time. */
  get hasCut(): boolean {
    this.#hearAll();
    return this.#hasCut;
  }

  /** Why the test that began last fails, whatever its runner has seen of it; null if it does not spin. */
  latestFailure(): SpinningError | null {
    this.#hearAll();
    return this.#failed.get(this.#tests) ?? null;
  }

  /** From now on, findings are this scope's. */
  openScope(): Scope {
    const found: Found[] = [];
    let take: (one: Found) => void = () => {};
    const first = new Promise<Found>((resolve) => {
      take = (one) => {
        found.push(one);
        resolve(one);
      };
    });
    this.#scopes.add(take);
    // A test of its own to the guard, which tells one finding of each.
    const outer = this.#cells.running;
    const name = this.#running.get(outer)?.name ?? 'no test';
    this.#begin(name);
    this.#cells.wait(1);
    return {
      found: first,
      end: async () => {
        await this.#settle();
        this.#cells.wait(-1);
        this.#scopes.delete(take);
        if (this.#running.has(outer)) this.#begin(name, outer);
        return found;
      },
    };
  }

  #begin(name: string, id = (this.#tests += 1)): number {
    this.#cells.begin(id, name);
    this.#tellAgent?.(id, name);
    return id;
  }

  #hearAll(): void {
    if (this.#port === null) return;
    for (;;) {
      const received = receiveMessageOnPort(this.#port);
      if (received === undefined) return;
      this.#hear(received.message as FromGuard);
    }
  }

  #hear(message: FromGuard): void {
    if (message.type === 'settled') {
      this.#questions.get(message.question)?.();
      this.#questions.delete(message.question);
      return;
    }
    this.#port?.unref();
    const { test, finding, text } = message;
    const scope = [...this.#scopes].at(-1);
    if (scope !== undefined) return scope({ finding, text });
    const own = test === null ? undefined : this.#running.get(test);
    if (test !== null && own !== undefined) {
      const error = new SpinningError(finding, text, this.#root);
      this.#failed.set(test, error);
      return own.fail(error);
    }
    const running = [...this.#running.values()].at(-1);
    const whose =
      finding.test !== null
        ? `Left behind by a test that is over, and first seen in "${finding.test}":\n\n`
        : '';
    const error = new SpinningError(finding, `${whose}${text}`, this.#root);
    if (running === undefined) this.#left.push(error);
    else running.fail(error);
  }

  #settle(): Promise<void> {
    if (this.#ask === null) return Promise.resolve();
    const question = (this.#asked += 1);
    return new Promise((resolve) => {
      this.#questions.set(question, resolve);
      this.#ask?.({ type: 'settle', question });
    });
  }
}
