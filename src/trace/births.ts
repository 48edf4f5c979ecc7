/**
 * Counts the processes and threads that this thread starts. One that starts another as soon
 * as the last has ended burns the CPU of others, and hardly any of its own.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** Node tells of them here (Node 20 to 26). */
const CHANNELS = ['child_process', 'worker_threads'];

export class Births {
  /** How many there were. */
  seen = 0;

  readonly #note = (): void => {
    this.seen += 1;
  };

  install(): void {
    for (const channel of CHANNELS) subscribe(channel, this.#note);
  }

  uninstall(): void {
    for (const channel of CHANNELS) unsubscribe(channel, this.#note);
  }
}
