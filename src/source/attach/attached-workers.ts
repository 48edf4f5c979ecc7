/** The worker threads of a program, as its main thread's inspector tells of them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { InspectorSession } from '../../trace/inspector-session.ts';
import { WorkerChannel } from '../../trace/worker-session.ts';

/** More threads of one process are not looked into. */
const MAX_WORKERS = 63;
/** Workers that are there already are told of at once; then each is asked who it is. */
const SETTLE_MS = 300;

export interface WorkerEvents {
  /** A worker can be looked into; answers the name of its segment. */
  come(session: InspectorSession): Promise<string>;
  gone(segment: string): void;
}

interface Message {
  sessionId: string;
  message: string;
}

type Heard = Parameters<WorkerChannel['hear']>[0];

export class AttachedWorkers {
  readonly #main: InspectorSession;
  readonly #events: WorkerEvents;
  readonly #channels = new Map<string, WorkerChannel>();
  readonly #segments = new Map<string, string>();
  readonly #coming = new Set<Promise<void>>();

  constructor(main: InspectorSession, events: WorkerEvents) {
    this.#main = main;
    this.#events = events;
    main.on<{ sessionId: string }>('NodeWorker.attachedToWorker', ({ sessionId }) => {
      const coming: Promise<void> = this.#attach(sessionId).finally(() => {
        this.#coming.delete(coming);
      });
      this.#coming.add(coming);
    });
    main.on<{ sessionId: string }>('NodeWorker.detachedFromWorker', ({ sessionId }) => {
      this.#channels.delete(sessionId);
      const segment = this.#segments.get(sessionId);
      if (segment !== undefined) events.gone(segment);
    });
    main.on<Message>('NodeWorker.receivedMessageFromWorker', ({ sessionId, message }) => {
      this.#hear(sessionId, message);
    });
  }

  #hear(sessionId: string, message: string): void {
    try {
      this.#channels.get(sessionId)?.hear(JSON.parse(message) as Heard);
    } catch {
      // What is no message says nothing.
    }
  }

  /** Resolves when the workers that are there can be looked into, or do not answer. */
  async enable(): Promise<void> {
    await this.#main.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
    await Promise.race([Promise.allSettled(this.#coming), sleep(SETTLE_MS)]);
  }

  /** Takes the agents out, and leaves the workers to themselves. */
  async leave(): Promise<void> {
    await Promise.allSettled(
      [...this.#channels.values()].map(async (channel) => {
        await channel.post('Runtime.evaluate', { expression: `${channel.agent}?.leave()` });
      }),
    );
    // Node keeps sessions with workers that are not detached.
    for (const channel of this.#channels.values()) channel.detach();
    await this.#main.post('NodeWorker.disable').catch(() => {});
  }

  async #attach(sessionId: string): Promise<void> {
    if (this.#channels.size >= MAX_WORKERS) return;
    const channel = new WorkerChannel(this.#main, sessionId);
    this.#channels.set(sessionId, channel);
    try {
      this.#segments.set(sessionId, await this.#events.come(channel));
    } catch {
      // It has ended, or runs no JavaScript just now.
    }
  }
}
