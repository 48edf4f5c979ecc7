import { createServer, type ListenOptions, type Server, type Socket } from 'node:net';
import { AtomicWaker } from '../atomic-waker.ts';
import type { Context } from '../context.ts';
import { madeProgress, pollProceed } from '../coop.ts';
import { CoreError } from '../error.ts';
import type { Future, Next, Stream } from '../future.ts';
import { Poll } from '../poll.ts';
import { polledAfterReady } from '../poll-after-ready.ts';
import { noteProgress, ProgressCell } from '../progress.ts';
import { Fifo } from '../sync/fifo.ts';
import { TcpStream } from './tcp-stream.ts';

const EVENTS = ['listening', 'error', 'close'] as const;

/** A server that is bound or about to be, and the connections that nobody has accepted. */
class Incoming {
  readonly server: Server;
  readonly sockets = new Fifo<Socket>();
  readonly waker = new AtomicWaker();
  error: Error | null = null;
  readonly #wake = (): void => this.waker.wake();
  readonly #failed = (error: Error): void => {
    this.error = error;
  };
  readonly #accepted = (socket: Socket): void => {
    this.sockets.push(socket);
    this.waker.wake();
  };

  constructor(options: ListenOptions) {
    // Paused: nothing is read from a connection that was not accepted.
    this.server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
    this.server.on('connection', this.#accepted).on('error', this.#failed);
    for (const event of EVENTS) this.server.on(event, this.#wake);
    this.server.listen(options);
  }

  throwError(): void {
    const { error } = this;
    this.error = null;
    if (error !== null) throw error;
  }

  close(): void {
    this.waker.clear();
    this.server.close();
    while (this.sockets.length > 0) this.sockets.shift().destroy();
    for (const event of EVENTS) this.server.off(event, this.#wake);
  }
}

/**
 * Accepts TCP connections: port of `tokio::net::TcpListener` over node:net.
 *
 * Difference: Node accepts as fast as clients connect; here they wait, unread, in a queue
 * without a bound.
 */
export class TcpListener {
  readonly #incoming: Incoming;

  constructor(incoming: Incoming) {
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

  /** The connections as a stream, which does not end: `TcpListenerStream`. */
  incoming(): Stream<TcpStream> {
    const listener = this;
    return {
      pollNext: (cx: Context): Poll<Next<TcpStream>> =>
        Poll.map(listener.pollAccept(cx), (value) => ({ done: false, value })),
      drop: () => listener.drop(),
    };
  }

  /** Stops listening, and closes what was not accepted. */
  drop(): void {
    this.#incoming.close();
  }

  [Symbol.dispose](): void {
    this.drop();
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
  #incoming: Incoming | null = null;
  #isDone = false;

  constructor(options: ListenOptions) {
    this.#options = options;
  }

  poll(cx: Context): Poll<TcpListener> {
    if (this.#isDone) polledAfterReady(this);
    if (!pollProceed(cx)) return Poll.Pending;
    const incoming = this.#incoming ?? new Incoming(this.#options);
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
