/**
 * A session with a worker thread, from another thread of its process: through the main
 * thread's inspector, which hands messages on also while the main thread is busy.
 */
import { connectToMainThread, type InspectorSession } from './inspector-session.ts';

const REPLY_MS = 1000;
/** All workers are told of at once; then each is asked who it is. */
const FIND_MS = 500;

interface Attached {
  sessionId: string;
}

interface Reply {
  id?: number;
  method?: string;
  params?: unknown;
  result?: object;
  error?: { message: string };
}

/** Throws when there is no such worker, or it does not answer. */
export async function connectToWorker(thread: number): Promise<InspectorSession> {
  const channels = new Map<string, WorkerChannel>();
  // Node keeps sessions with workers that are not detached: a paused one would pause for ever.
  const main = connectToMainThread(() => {
    for (const channel of channels.values()) channel.detach();
  });
  try {
    const found = new Promise<WorkerChannel>((resolve, reject) => {
      setTimeout(() => reject(new Error(`worker ${thread} does not answer`)), FIND_MS);
      main.on<Attached>('NodeWorker.attachedToWorker', ({ sessionId }) => {
        const channel = new WorkerChannel(main, sessionId);
        channels.set(sessionId, channel);
        void channel.thread().then((own) => own === thread && resolve(channel));
      });
    });
    main.on<{ sessionId: string; message: string }>(
      'NodeWorker.receivedMessageFromWorker',
      ({ sessionId, message }) => channels.get(sessionId)?.hear(JSON.parse(message) as Reply),
    );
    // It may reject before anybody waits for it.
    found.catch(() => {});
    await main.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
    return await found;
  } catch (error) {
    main.close();
    throw error;
  }
}

/** A session with one worker, over one with its main thread that hears of it. */
export class WorkerChannel implements InspectorSession {
  readonly agent: string;
  readonly #main: InspectorSession;
  readonly #sessionId: string;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  readonly #listeners = new Map<string, (params: never) => void>();
  #id = 0;

  constructor(main: InspectorSession, sessionId: string) {
    this.agent = main.agent;
    this.#main = main;
    this.#sessionId = sessionId;
  }

  /** Node's number of the worker at the other end; null where no agent of ours is in it. */
  async thread(): Promise<number | null> {
    try {
      const { result } = await this.post<{ result: { value?: number } }>('Runtime.evaluate', {
        expression: `${this.agent}?.thread`,
        returnByValue: true,
      });
      return result.value ?? null;
    } catch {
      return null;
    }
  }

  post<Answer>(method: string, params: object = {}): Promise<Answer> {
    const id = ++this.#id;
    return new Promise<Answer>((resolve, reject) => {
      const timer = setTimeout(() => this.#answered(id, { error: noReply(method) }), REPLY_MS);
      this.#waiting.set(id, ({ result, error }) => {
        clearTimeout(timer);
        if (error) reject(new Error(error.message));
        else resolve((result ?? {}) as Answer);
      });
      const message = JSON.stringify({ id, method, params });
      this.#main
        .post('NodeWorker.sendMessageToWorker', { sessionId: this.#sessionId, message })
        .catch((error: Error) => this.#answered(id, { error }));
    });
  }

  on<Params>(event: string, listener: (params: Params) => void): void {
    this.#listeners.set(event, listener);
  }

  hear(reply: Reply): void {
    if (reply.id !== undefined) this.#answered(reply.id, reply);
    else this.#listeners.get(reply.method ?? '')?.(reply.params as never);
  }

  /** Ends the session with the worker; what was paused runs on. */
  detach(): void {
    const sessionId = this.#sessionId;
    this.#main.post('NodeWorker.detach', { sessionId }).catch(() => {});
  }

  close(): void {
    this.#main.close();
  }

  #answered(id: number, reply: Reply): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.(reply);
  }
}

function noReply(method: string): { message: string } {
  return { message: `${method} gave no reply` };
}
