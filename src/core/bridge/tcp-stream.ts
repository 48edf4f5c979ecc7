import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { AtomicWaker } from '../atomic-waker.ts';
import type { Context } from '../context.ts';
import { madeProgress, pollProceed } from '../coop.ts';
import type { Future } from '../future.ts';
import { Poll } from '../poll.ts';
import { polledAfterReady } from '../poll-after-ready.ts';
import { noteProgress, ProgressCell } from '../progress.ts';
import { NodeDuplex } from './node-duplex.ts';
import { NodeFault } from './node-fault.ts';

/** A connected TCP socket: port of `tokio::net::TcpStream` over node:net. */
export class TcpStream extends NodeDuplex<Socket> {
  /** Connects at the first poll; dropping the future gives up. `TcpStream::connect`. */
  static connect(port: number, host = '127.0.0.1'): Connect {
    return new Connect({ port, host });
  }

  /** Connects as node:net does with these options, which also cover Unix sockets. */
  static connectWith(options: NetConnectOpts): Connect {
    return new Connect(options);
  }

  /** Takes over a connected socket. */
  static fromSocket(socket: Socket): TcpStream {
    return new TcpStream(socket);
  }

  /** `host:port` of the other side, while connected. */
  get peerAddress(): string {
    return `${this.inner.remoteAddress}:${this.inner.remotePort}`;
  }

  /** `host:port` of this side, while connected. */
  get localAddress(): string {
    return `${this.inner.localAddress}:${this.inner.localPort}`;
  }

  /** Nagle's algorithm off: `set_nodelay`. */
  setNodelay(isOn: boolean): void {
    this.inner.setNoDelay(isOn);
  }
}

const EVENTS = ['connect', 'error', 'close'] as const;

/** The future of {@link TcpStream.connect}. Throws the system's error, such as ECONNREFUSED. */
export class Connect implements Future<TcpStream> {
  readonly #options: NetConnectOpts;
  readonly #waker = new AtomicWaker();
  readonly #wake = (): void => this.#waker.wake();
  #socket: Socket | null = null;
  #isDone = false;

  constructor(options: NetConnectOpts) {
    this.#options = options;
  }

  poll(cx: Context): Poll<TcpStream> {
    if (this.#isDone) polledAfterReady(this);
    if (!pollProceed(cx)) return Poll.Pending;
    const socket = this.#socket ?? this.#start();
    if (socket.destroyed) {
      this.#finish(socket);
      new NodeFault(socket).throwPrematureCloseOnce();
    }
    if (socket.connecting) {
      this.#waker.register(cx.waker);
      return Poll.Pending;
    }
    const stream = TcpStream.fromSocket(socket);
    this.#finish(socket);
    noteProgress(ProgressCell.COMPLETIONS, 1);
    return Poll.Ready(stream);
  }

  drop(): void {
    if (this.#isDone) return;
    const socket = this.#socket;
    this.#isDone = true;
    this.#waker.clear();
    if (socket === null) return;
    socket.destroy();
    for (const event of EVENTS) socket.off(event, this.#wake);
  }

  #start(): Socket {
    const socket = connect({ ...this.#options, allowHalfOpen: true });
    for (const event of EVENTS) socket.on(event, this.#wake);
    this.#socket = socket;
    return socket;
  }

  #finish(socket: Socket): void {
    this.#isDone = true;
    this.#waker.clear();
    for (const event of EVENTS) socket.off(event, this.#wake);
    madeProgress();
  }
}
