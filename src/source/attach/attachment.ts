/**
 * A visit to a strange program: put an agent into each of its threads, watch and trace them
 * over the inspector, and take all of it out again.
 *
 * What it cannot see: what happened before (the delay that an armed timer was asked for, who
 * opened a socket), and, beside Node, who wakes whom at all. Workers are reached through the
 * main thread, as far as Node tells of them.
 */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { SelfwakeError } from '../../model/errors.ts';
import type { Line, SegmentInfo } from '../../model/recording.ts';
import type { InspectorSession } from '../../trace/inspector-session.ts';
import { BASE_PATH, BASE_URL } from '../../trace/own-scripts.ts';
import { PlaceMapper } from '../../trace/source-maps.ts';
import { ATTACHED_EXPRESSION, claim, end, factsOf, leave, putAgent } from './agent-script.ts';
import type { AgentOptions } from './attached-agent.ts';
import { AttachedThread } from './attached-thread.ts';
import type { RuntimeFacts } from './attach-protocol.ts';
import { AttachedWorkers } from './attached-workers.ts';
import { CdpConnection } from './cdp-connection.ts';
import { EvaluatedScripts } from './evaluated-scripts.ts';
import { cannot } from './node-process.ts';
import { PauseClock } from './pause-clock.ts';
import { threadTimes } from './proc.ts';
import { type Janitor, startJanitor } from './start-janitor.ts';

const LOOK_MS = 50;
/** How long it waits for another selfwake to leave. */
const CLAIM_MS = 60_000;
const CLAIM_AGAIN_MS = 200;

export interface AttachOptions {
  url: string;
  /** The process as this machine's system numbers it; null for one that is elsewhere. */
  pid: number | null;
  /** As it sees itself; null where nobody knows. */
  innerPid: number | null;
  /** The inspector was closed before. */
  isOpenedByUs: boolean;
  send(lines: Line[]): void;
  /** Another selfwake is attached, and this one waits. */
  onWaiting(): void;
}

export class Attachment {
  readonly facts: RuntimeFacts;
  readonly pauses = new PauseClock();
  /** Resolves when the program ended, or let nobody look any more. */
  readonly ended: Promise<void>;
  readonly #options: AttachOptions;
  readonly #agent: AgentOptions;
  readonly #connection: CdpConnection;
  readonly #scripts = new EvaluatedScripts();
  readonly #threads = new Map<string, AttachedThread>();
  readonly #workers: AttachedWorkers;
  #isOver = false;
  #janitor: Janitor | null = null;
  #looking: NodeJS.Timeout | undefined;

  /** Throws `cannot-attach`; then nothing is left in the program. */
  static async to(options: AttachOptions): Promise<Attachment> {
    const connection = await CdpConnection.open(options.url, ATTACHED_EXPRESSION);
    const facts = await checkedFacts(connection, options);
    const own = [BASE_URL, BASE_PATH];
    const agent = { holder: randomBytes(8).toString('hex'), own, isNode: facts.isNode };
    const attachment = new Attachment(connection, facts, agent, options);
    try {
      await claimed(connection, agent, options);
      attachment.#janitor = facts.isNode
        ? startJanitor({ ...options, holder: agent.holder })
        : null;
      await attachment.#begin();
      return attachment;
    } catch (error) {
      await attachment.detach();
      throw error;
    }
  }

  private constructor(
    connection: CdpConnection,
    facts: RuntimeFacts,
    agent: AgentOptions,
    options: AttachOptions,
  ) {
    this.#connection = connection;
    this.facts = facts;
    this.#agent = agent;
    this.#options = options;
    this.ended = connection.ended;
    this.#workers = new AttachedWorkers(connection, {
      come: (session) => this.#put(session),
      gone: (segment) => this.#drop(segment),
    });
  }

  /** Ends a loop that was told of; false where that is not safe. */
  async breakLoop(segment: string, unitKey: string): Promise<boolean> {
    const thread = this.#threads.get(segment);
    // Only a main thread is known to live on.
    const isMain = thread?.connection === this.#connection;
    return isMain && (await thread.breakLoop(unitKey));
  }

  /** Takes everything out again. Safe to call when the program is gone. */
  async detach(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#looking);
    for (const thread of this.#threads.values()) thread.stop();
    await this.#workers.leave();
    const shallClose = await leave(
      this.#connection,
      this.#agent.holder,
      this.#options.isOpenedByUs,
    );
    await end(this.#connection, shallClose);
    this.#janitor?.dismiss();
  }

  async #begin(): Promise<void> {
    const connection = this.#connection;
    await this.#put(connection);
    if (this.facts.isNode) {
      await this.#workers.enable();
      // A program that wants to end would wait for whoever is attached.
      connection.on('NodeRuntime.waitingForDisconnect', () => connection.close());
      await connection.post('NodeRuntime.notifyWhenWaitingForDisconnect', { enabled: true });
    }
    void this.#look();
  }

  /** Answers the segment of the thread at the other end. */
  async #put(connection: InspectorSession): Promise<string> {
    const isMain = connection === this.#connection;
    const facts = isMain ? this.facts : await factsOf(connection);
    await putAgent(connection, this.#agent);
    const info = this.#describe(facts);
    const { pid } = this.#options;
    const thread = new AttachedThread({
      connection,
      info,
      clock: this.pauses,
      places: new PlaceMapper(info.root, this.#scripts),
      onScript: (script) => this.#scripts.add(script),
      hasHooks: facts.isNode,
      // Who does not know its own number is a page, in another process than who listens.
      times: () =>
        pid === null || facts.pid === null ? null : threadTimes(pid, facts.systemThread || pid),
      send: this.#options.send,
    });
    this.#threads.set(info.id, thread);
    return info.id;
  }

  #drop(segment: string): void {
    this.#threads.get(segment)?.stop();
    this.#threads.delete(segment);
  }

  async #look(): Promise<void> {
    if (this.#isOver) return;
    const looks = [...this.#threads.values()].map((thread) => thread.look());
    // One that is in a native call, or ends, answers not at all; its end is told otherwise.
    await Promise.allSettled(looks);
    if (!this.#isOver) this.#looking = setTimeout(() => void this.#look(), LOOK_MS);
  }

  #describe(facts: RuntimeFacts): SegmentInfo {
    const { thread, command, runtime, parentPid, cwd } = facts;
    const pid = this.#options.pid ?? facts.pid ?? 0;
    const startedAtMs = Date.now();
    return {
      id: `attach-${pid}-${thread}-${startedAtMs}-${this.#agent.holder}`,
      source: 'attach',
      process: { host: hostname(), pid, parentPid, thread, command, runtime },
      startedAtMs,
      root: cwd ?? '/',
      sees: ['loops'],
    };
  }
}

/** What the runtime is; where it is another than was meant, it is left as it was found. */
async function checkedFacts(
  connection: CdpConnection,
  options: AttachOptions,
): Promise<RuntimeFacts> {
  try {
    const facts = await factsOf(connection);
    checkFacts(facts, options);
    return facts;
  } catch (error) {
    await end(connection, options.isOpenedByUs);
    if (error instanceof SelfwakeError) throw error;
    throw cannot(
      `At ${options.url} nobody answers: it is inside a native call, or a page of a browser, which hears nothing while it is starved.`,
      error,
    );
  }
}

function checkFacts(facts: RuntimeFacts, { innerPid, url }: AttachOptions): void {
  if (innerPid !== null && facts.pid !== innerPid) {
    throw cannot(`At ${url} process ${facts.pid ?? 'unknown'} answers, not ${innerPid}.`);
  }
  if (facts.isWatched) {
    throw cannot(
      `Process ${facts.pid ?? ''} runs under \`selfwake run\`, which watches it already: see its screen, or the file of its --record.`,
    );
  }
}

async function claimed(
  session: InspectorSession,
  agent: AgentOptions,
  { isOpenedByUs, onWaiting }: AttachOptions,
): Promise<void> {
  const endsAt = performance.now() + CLAIM_MS;
  for (let tries = 0; !(await claim(session, agent, isOpenedByUs)); tries++) {
    if (tries === 0) onWaiting();
    if (performance.now() > endsAt) {
      throw cannot(
        'Another selfwake is attached to the process and does not leave. Try again later.',
      );
    }
    await sleep(CLAIM_AGAIN_MS);
  }
}
