import { createServer, type ListenOptions, type Server, type Socket } from 'node:net';
import { AtomicWaker } from '../atomic-waker.ts';
import { Fifo } from '../sync/fifo.ts';

const EVENTS = ['listening', 'error', 'close'] as const;

/** A server that is bound or about to be, and the connections that nobody has accepted. */
export class TcpIncoming {
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
