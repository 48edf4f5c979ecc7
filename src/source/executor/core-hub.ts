/** The core has one observer per process; this hands what it hears to the monitor concerned. */
import { type CoreObserver, observeCore } from '../../core/progress.ts';
import type { TaskRow } from './task-row.ts';

/** A monitor, as the hub sees it. */
export interface CoreListener {
  readonly current: TaskRow | null;
  onBarrenTouches(): void;
  onRead(reader: object, bytes: number, room: number): void;
  onWrite(writer: object, bytes: number, offered: number): void;
  onPolledAfterReady(future: object): void;
}

const listeners: CoreListener[] = [];

/** The monitor that sees the running poll, or the latest one. */
function concerned(): CoreListener | undefined {
  if (listeners.length === 1) return listeners[0];
  return listeners.find((listener) => listener.current !== null) ?? listeners.at(-1);
}

const observer: CoreObserver = {
  barrenTouches: () => concerned()?.onBarrenTouches(),
  readReady: (reader, bytes, room) => concerned()?.onRead(reader, bytes, room),
  writeReady: (writer, bytes, offered) => concerned()?.onWrite(writer, bytes, offered),
  polledAfterReady: (future) => concerned()?.onPolledAfterReady(future),
};

export function joinCore(listener: CoreListener): void {
  listeners.push(listener);
  observeCore(observer);
}

export function leaveCore(listener: CoreListener): void {
  const at = listeners.indexOf(listener);
  if (at >= 0) listeners.splice(at, 1);
  if (listeners.length === 0) observeCore(null);
}
