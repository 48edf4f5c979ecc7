/** Programs that nothing was preloaded into, to attach to. */
import { UserProject } from '../cli/user-project.ts';
import type { Outcome, RunningProgram } from '../package/running-program.ts';

/** Ends with whoever started it, and says when it has begun and whether it has been left as it was. */
const AROUND = `
  import inspector from 'node:inspector';
  import { MessagePort } from 'node:worker_threads';
  import timers from 'node:timers';
  const patched = () => [
    globalThis.setTimeout, globalThis.setInterval, timers.setTimeout, timers.setInterval,
    process.nextTick, globalThis.queueMicrotask, MessagePort.prototype.postMessage,
  ];
  const before = patched();
  process.stdin.on('end', () => process.exit(0));
  process.stdin.on('data', () => {
    const ours = Object.getOwnPropertySymbols(globalThis).filter((s) => /selfwake/.test(String(s)));
    const changed = patched().filter((fn, i) => fn !== before[i]);
    console.log(JSON.stringify({ ours: ours.map(String), changed: changed.length, inspector: inspector.url() ?? null }));
  });
  setTimeout(() => process.exit(99), 60_000).unref();
  console.log('begun');
`;

export const PROGRAMS = {
  /** Awaits what is settled, for ever: no timer and no socket gets its turn. */
  awaits: `
    class Poller { async pollUntilReady() { while (!this.isReady) await Promise.resolve(); } }
    setTimeout(() => void new Poller().pollUntilReady(), 50);
  `,
  /** Asks an empty queue again by setImmediate. */
  immediates: `
    class Drain { queue = []; drainQueue() { this.queue.shift()?.(); setImmediate(() => this.drainQueue()); } }
    new Drain().drainQueue();
  `,
  /** A lock that nobody releases, in one callback. */
  callback: `
    class Lock { isHeld = true; tryLock() { return !this.isHeld; } acquire() { while (!this.tryLock()); } }
    setTimeout(() => new Lock().acquire(), 50);
  `,
  /** The first, in a worker; the main thread answers. */
  worker: `
    import { Worker } from 'node:worker_threads';
    new Worker(\`
      class Poller { async pollUntilReady() { while (!this.isReady) await null; } }
      void new Poller().pollUntilReady();
    \`, { eval: true });
  `,
  /** Waits for requests and answers them. */
  server: `
    import { createServer } from 'node:http';
    createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1', function () {
      console.log('port ' + this.address().port);
    });
  `,
} as const;

export interface LeftBehind {
  ours: string[];
  changed: number;
  inspector: string | null;
}

export class AttachProject extends UserProject {
  readonly #begun: RunningProgram[] = [];

  constructor() {
    super();
    for (const [name, text] of Object.entries(PROGRAMS)) this.write(`${name}.mjs`, text + AROUND);
  }

  /** Its inspector will open on a free port, whatever else runs on this machine. */
  async begin(
    node: string,
    program: keyof typeof PROGRAMS,
    options: readonly string[] = ['--inspect-port=0'],
  ): Promise<RunningProgram> {
    const running = this.start(node, [...options, `${program}.mjs`], { stdio: 'pipe' });
    this.#begun.push(running);
    await running.until(({ stdout }) => stdout.includes('begun'));
    return running;
  }

  attach(program: RunningProgram, ...options: string[]): Promise<Outcome> {
    return this.selfwake('attach', String(program.pid), '--yes', ...options);
  }

  /** What a program whose loop turns finds of us in itself. */
  async leftIn(program: RunningProgram): Promise<LeftBehind> {
    const said = program.stdout.length;
    program.write('?');
    await program.until(({ stdout }) => /\{.*\}\n/.test(stdout.slice(said)));
    return JSON.parse(/\{.*\}/.exec(program.stdout.slice(said))![0]) as LeftBehind;
  }

  /** Those of a test that failed before it ended them. */
  async endAll(): Promise<void> {
    for (const program of this.#begun.splice(0)) if (!program.isOver) await this.end(program);
  }

  /** One that is starved ends by no word. */
  async end(program: RunningProgram): Promise<Outcome> {
    process.kill(program.pid, 'SIGKILL');
    return program.ended;
  }
}
