/**
 * An inspector as an investigation sees it: requests with replies, events, an end. Who
 * implements it decides what is looked into: here the main thread, from another thread of
 * its process.
 *
 * The caller's thread must hold its own loop open while it waits for replies.
 */
import { Session } from 'node:inspector';
import { AGENT_EXPRESSION } from './pause-agent.ts';

export interface InspectorSession {
  /** What lies inside the thread for the one who looks into it, as an expression in any of its frames. */
  readonly agent: string;
  /** One request. Rejects when the other side says no, or not within {@link REPLY_MS}. */
  post<Reply>(method: string, params?: object): Promise<Reply>;
  /** Hears an event until the session is closed. One listener for each event. */
  on<Params>(event: string, listener: (params: Params) => void): void;
  /** Detaches at once. A session left open makes Node wait for it at its end. */
  close(): void;
}

/** A thread that runs JavaScript answers within milliseconds; one inside a native call not at all. */
const REPLY_MS = 1000;

/** Those of this thread, also while they are only on the way to a worker. */
const open = new Set<InspectorSession>();
let mayConnect = true;

/** The program ends: closes all sessions of this thread for good. */
export function closeAllSessions(): void {
  mayConnect = false;
  for (const session of open) session.close();
}

/**
 * Connects to the main thread. Throws where the program may not use the inspector, or ends.
 * `beforeClose`: what it posts is still heard.
 */
export function connectToMainThread(
  beforeClose: (session: InspectorSession) => void = () => {},
): InspectorSession {
  if (!mayConnect) throw new Error('the program ends');
  const session = new Session();
  session.connectToMainThread();
  const connected: InspectorSession = {
    agent: AGENT_EXPRESSION,
    post: <Reply>(method: string, params: object = {}) =>
      new Promise<Reply>((resolve, reject) => {
        if (!open.has(connected)) return reject(new Error('the session is closed'));
        const timer = setTimeout(() => reject(new Error(`${method} gave no reply`)), REPLY_MS);
        session.post(method, params, (error: Error | null, reply?: object) => {
          clearTimeout(timer);
          if (error) reject(error);
          else resolve((reply ?? {}) as Reply);
        });
      }),
    on: (event, listener) => {
      session.on(event, (message: { params: never }) => listener(message.params));
    },
    close: () => {
      if (!open.has(connected)) return;
      beforeClose(connected);
      open.delete(connected);
      session.disconnect();
    },
  };
  open.add(connected);
  return connected;
}
