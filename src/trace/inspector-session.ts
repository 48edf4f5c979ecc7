/**
 * An inspector as an investigation sees it: requests with replies, events, an end. Who
 * implements it decides what is looked into: here the main thread, from another thread of
 * its process.
 *
 * The caller's thread must hold its own loop open while it waits for replies.
 */
import { Session } from 'node:inspector';

export interface InspectorSession {
  /** One request. Rejects when the other side says no, or not within {@link REPLY_MS}. */
  post<Reply>(method: string, params?: object): Promise<Reply>;
  /** Hears an event until the session is closed. One listener for each event. */
  on<Params>(event: string, listener: (params: Params) => void): void;
  /** Detaches at once. A session left open makes Node wait for it at its end. */
  close(): void;
}

/** A thread that runs JavaScript answers within milliseconds; one inside a native call not at all. */
const REPLY_MS = 1000;

/** Connects to the main thread. Throws where the program may not use the inspector. */
export function connectToMainThread(): InspectorSession {
  const session = new Session();
  session.connectToMainThread();
  let isClosed = false;
  return {
    post: <Reply>(method: string, params: object = {}) =>
      new Promise<Reply>((resolve, reject) => {
        if (isClosed) return reject(new Error('the session is closed'));
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
      if (isClosed) return;
      isClosed = true;
      session.disconnect();
    },
  };
}
