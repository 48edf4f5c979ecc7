import type { ListenOptions } from 'node:net';
import type { Context } from '../context.ts';
import { madeProgress, pollProceed } from '../coop.ts';
import { CoreError } from '../error.ts';
import type { Future, Next, Stream } from '../future.ts';
import { Poll } from '../poll.ts';
import { polledAfterReady } from '../poll-after-ready.ts';
import { noteProgress, ProgressCell } from '../progress.ts';
import { TcpIncoming } from './tcp-incoming.ts';
import { TcpStream } from './tcp-stream.ts';

/**
 * Accepts TCP connections: port of `tokio::net::TcpListener` over node:net.
 *
 * Difference: Node accepts as fast as clients connect; here they wait, unread, in a queue
 * without a bound.
 */
export class TcpListener {
  readonly #incoming: TcpIncoming;

  constructor(incoming: TcpIncoming) {
    this.#incoming = incoming;
  }

  /** Listens from the first poll on; port 0 takes a free one. `TcpListener::bind`. */
  static bind(port: number, host = '127.0.0.1'): Bind {
    return new Bind({ port, host });
  }

  /** Listens as node:net does with these options, which also cover Unix sockets. */
  static bindWith(options: ListenOptions): Bind {
    return new Bind(options);
  }

  /** The port that it listens on. */
  get port(): number {
    const address = this.#incoming.server.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  }

  /** The next connection. */
  pollAccept(cx: Context): Poll<TcpStream> {
    if (!pollProceed(cx)) return Poll.Pending;
    const { sockets, waker } = this.#incoming;
    if (sockets.length === 0) {
      this.#incoming.throwError();
      if (!this.#incoming.server.listening) throw new ListenerClosedError();
      waker.register(cx.waker);
      return Poll.Pending;
    }
    madeProgress();
    noteProgress(ProgressCell.ITEMS, 1);
    return Poll.Ready(TcpStream.fromSocket(sockets.shift()));
  }

  /** The next connection, as a future: `TcpListener::accept`. */
  accept(): Accept {
    return new Accept(this);
  }

  /** The connections as a stream, which does not end. */
  incoming(): TcpListenerStream {
    return new TcpListenerStream(this);
  }

  /** Stops listening, and closes what was not accepted. */
  drop(): void {
    this.#incoming.close();
  }

  [Symbol.dispose](): void {
    this.drop();
  }
}

/** The connections of a listener that it owns: port of `tokio_stream`'s `TcpListenerStream`. */
export class TcpListenerStream implements Stream<TcpStream> {
  private readonly listener: TcpListener;

  constructor(listener: TcpListener) {
    this.listener = listener;
  }

  pollNext(cx: Context): Poll<Next<TcpStream>> {
    const poll = this.listener.pollAccept(cx);
    return poll.isReady ? Poll.Ready({ done: false, value: poll.value }) : poll;
  }

  drop(): void {
    this.listener.drop();
  }
}

/** The listener was dropped or its server closed. */
export class ListenerClosedError extends CoreError {
  constructor() {
    super('LISTENER_CLOSED', 'this listener does not listen any more');
  }
}

/** The future of {@link TcpListener.bind}. Throws the system's error, such as EADDRINUSE. */
export class Bind implements Future<TcpListener> {
  readonly #options: ListenOptions;
  #incoming: TcpIncoming | null = null;
  #isDone = false;

  constructor(options: ListenOptions) {
    this.#options = options;
  }

  poll(cx: Context): Poll<TcpListener> {
    if (this.#isDone) polledAfterReady(this);
    if (!pollProceed(cx)) return Poll.Pending;
    const incoming = this.#incoming ?? new TcpIncoming(this.#options);
    this.#incoming = incoming;
    if (incoming.error === null && !incoming.server.listening) {
      incoming.waker.register(cx.waker);
      return Poll.Pending;
    }
    this.#isDone = true;
    madeProgress();
    incoming.throwError();
    incoming.waker.clear();
    noteProgress(ProgressCell.COMPLETIONS, 1);
    return Poll.Ready(new TcpListener(incoming));
  }

  drop(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#incoming?.close();
  }
}

/** The future of {@link TcpListener.accept}. */
export class Accept implements Future<TcpStream> {
  private readonly listener: TcpListener;
  private isDone = false;

  constructor(listener: TcpListener) {
    this.listener = listener;
  }

  poll(cx: Context): Poll<TcpStream> {
    if (this.isDone) polledAfterReady(this);
    this.isDone = true;
    const poll = this.listener.pollAccept(cx);
    this.isDone = poll.isReady;
    return poll;
  }
}
