/**
 * `npm run soak:attach -- [CYCLES] [MS]`: attaches to one live server again and again under load, and
 * prints what that leaves in it and costs it: requests per second before, between and after, failed
 * requests, memory, handles, listeners. Exit 1 when a request failed or anything is left.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type * as Attached from '../../src/source/attach/attachment.ts';
import type * as Processes from '../../src/source/attach/node-process.ts';
import type * as Proc from '../../src/source/attach/proc.ts';
import type * as Opening from '../../src/source/attach/open-inspector.ts';

const cycles = Number(process.argv[2] ?? 500);
const ATTACHED_MS = 250;
const PHASE_MS = Number(process.argv[3] ?? 6000);
const ROUNDS = 5;
const CONNECTIONS = 8;
/** Bytes of heap that a cycle may leave: under load V8's own tables differ by a megabyte or two. */
const LEFT_PER_CYCLE = 8192;

const dist = (path: string): string =>
  fileURLToPath(new URL(`../../dist/source/attach/${path}`, import.meta.url));
const { Attachment } = (await import(dist('attachment.js'))) as typeof Attached;
const { planFor } = (await import(dist('node-process.js'))) as typeof Processes;
const { threadTimes } = (await import(dist('proc.js'))) as typeof Proc;
const { openInspector } = (await import(dist('open-inspector.js'))) as typeof Opening;

const SERVER = `
  const answer = async (text) => { await null; return JSON.stringify({ text }); };
  require('node:http').createServer(async (request, response) => response.end(await answer(request.url)))
    .listen(0, '127.0.0.1', function () { console.log(this.address().port); });
  process.stdin.on('data', () => {
    // As when memory is short: else V8 keeps what it compiled, which would look like a leak.
    require('node:v8').getHeapSnapshot().resume().on('end', () => setImmediate(tell));
  });
  function tell() {
    const { heapUsed, rss } = process.memoryUsage();
    const listeners = process.eventNames().reduce((n, name) => n + process.listenerCount(name), 0);
    const handles = process.getActiveResourcesInfo().filter((name) => name !== 'TCPSocketWrap').length;
    const ours = Object.getOwnPropertySymbols(globalThis).filter((s) => /selfwake/.test(String(s))).length;
    console.log(JSON.stringify({ heapUsed, rss, listeners, handles, ours }));
  }
`;

interface Left {
  heapUsed: number;
  rss: number;
  listeners: number;
  handles: number;
  ours: number;
}

class Server {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor() {
    const args = ['--inspect-port=0', '-e', SERVER];
    this.#child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#lines = createInterface(this.#child.stdout!)[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.#child.pid!;
  }

  async line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error('The server has ended.');
    return value;
  }

  async left(): Promise<Left> {
    this.#child.stdin!.write('?');
    return JSON.parse(await this.line()) as Left;
  }

  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }
}

/** Each connection asks again as soon as it was answered. */
class Load {
  answered = 0;
  failed = 0;
  #isOver = false;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

  constructor(port: number) {
    for (let i = 0; i < CONNECTIONS; i++) this.#ask(port);
  }

  #ask(port: number): void {
    if (this.#isOver) return;
    const request = get({ host: '127.0.0.1', port, agent: this.#agent }, (response) => {
      response.resume().on('end', () => {
        this.answered += 1;
        this.#ask(port);
      });
    });
    request.on('error', () => {
      this.failed += this.#isOver ? 0 : 1;
      this.#ask(port);
    });
  }

  end(): void {
    this.#isOver = true;
    this.#agent.destroy();
  }
}

const server = new Server();
const load = new Load(Number(await server.line()));
let pauses = 0;
let stoodMs = 0;
let longestMs = 0;

async function cycle(ms: number): Promise<void> {
  const plan = await planFor(server.pid);
  const { url } = await openInspector(plan);
  const attachment = await Attachment.to({
    url,
    pid: server.pid,
    innerPid: server.pid,
    isOpenedByUs: true,
    send: () => {},
    onWaiting: () => {},
  });
  await sleep(ms);
  await attachment.detach();
  pauses += attachment.pauses.pauses;
  stoodMs += attachment.pauses.totalMs;
  longestMs = Math.max(longestMs, attachment.pauses.longestMs);
}

/** Requests per second that the server's thread ran, while something is done: others run here, too. */
async function rate(during: () => Promise<unknown>): Promise<number> {
  const ranMs = (): number => threadTimes(server.pid, server.pid)?.ranMs ?? performance.now();
  const [before, startedMs] = [load.answered, ranMs()];
  await during();
  return ((load.answered - before) * 1000) / (ranMs() - startedMs);
}

const median = (numbers: number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;

await rate(() => cycle(ATTACHED_MS));
await rate(() => sleep(2000));
const first = await server.left();
const attachedRatios: number[] = [];
const afterRatios: number[] = [];
let before = await rate(() => sleep(PHASE_MS));
for (let round = 0; round < ROUNDS; round++) {
  const attached = await rate(() => cycle(PHASE_MS));
  const after = await rate(() => sleep(PHASE_MS));
  attachedRatios.push(attached / ((before + after) / 2));
  afterRatios.push(after / before);
  before = after;
}
const cycling = await rate(async () => {
  for (let done = 0; done < cycles; done++) await cycle(ATTACHED_MS);
});
const afterAll = await rate(() => sleep(PHASE_MS));
load.end();
await sleep(500);
const last = await server.left();
await server.end();

const perCycle = (last.heapUsed - first.heapUsed) / cycles;
const shown = (ratios: number[]): string =>
  `${median(ratios).toFixed(2)} (${ratios.map((one) => one.toFixed(2)).join(' ')})`;
console.log(`requests per second of the server's own time, ${ROUNDS} rounds of ${PHASE_MS / 1000} s each:
  attached ÷ before and after ${shown(attachedRatios)}; detached ÷ before ${shown(afterRatios)}
  over ${cycles} cycles of ${ATTACHED_MS} ms ÷ before ${(cycling / before).toFixed(2)}; after them ${(afterAll / before).toFixed(2)}
requests: ${load.answered} answered, ${load.failed} failed
pauses: ${pauses}, ${stoodMs.toFixed(1)} ms in all, ${longestMs.toFixed(1)} ms at the longest
left by ${cycles} cycles: ${Math.round(perCycle)} bytes of heap a cycle, ${last.handles - first.handles} handles, ${last.listeners - first.listeners} listeners, ${last.ours} names of ours; memory ${Math.round(first.rss / 2 ** 20)} to ${Math.round(last.rss / 2 ** 20)} MB`);
const isClean =
  load.failed === 0 &&
  last.ours === 0 &&
  last.handles <= first.handles &&
  last.listeners <= first.listeners &&
  perCycle <= LEFT_PER_CYCLE;
process.exitCode = isClean ? 0 : 1;

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
