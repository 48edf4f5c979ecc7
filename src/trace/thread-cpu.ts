/**
 * How much of a core a thread wants, seen from another of its process: the time that it ran,
 * and the time that it waited for a core on a crowded machine. A spin wants all of one, and
 * gets what is left.
 */
import { existsSync, readFileSync } from 'node:fs';

/** The kernel's clock tick: 100 a second on every Linux that Node runs on. */
const MS_PER_TICK = 10;

/**
 * Milliseconds so far of a thread by the system's number. Linux tells; elsewhere it is the
 * CPU time of the whole process.
 */
export function wantedCpuMs(systemThread: number): number {
  if (systemThread === 0) return processCpuMs();
  return scheduledMs(systemThread) ?? ranMs(systemThread) ?? processCpuMs();
}

/** True when Linux knows the thread no more; elsewhere, and for number 0, nobody can tell. */
export function isGone(systemThread: number): boolean {
  return systemThread !== 0 && !existsSync(`/proc/self/task/${systemThread}`);
}

/** Milliseconds that it waited for a core so far; 0 where nobody tells. */
export function waitedMs(systemThread: number): number {
  return systemThread === 0 ? 0 : (schedule(systemThread)?.waitedMs ?? 0);
}

function scheduledMs(systemThread: number): number | null {
  const { ranMs, waitedMs } = schedule(systemThread) ?? { ranMs: 0, waitedMs: 0 };
  // Kernels without the statistics show zeros.
  return ranMs + waitedMs > 0 ? ranMs + waitedMs : null;
}

/** How long a thread ran so far, and how long it could have and waited for a core; null where Linux tells nothing. */
export function schedule(
  systemThread: number,
  pid: number | 'self' = 'self',
): { ranMs: number; waitedMs: number } | null {
  const text = read(`/proc/${pid}/task/${systemThread}/schedstat`);
  if (text === null) return null;
  // Nanoseconds on a core, nanoseconds in the queue for one, times that it was put on one.
  const [ran = 0, waited = 0] = text.split(' ').map(Number);
  return { ranMs: ran / 1e6, waitedMs: waited / 1e6 };
}

function ranMs(systemThread: number): number | null {
  const text = read(`/proc/self/task/${systemThread}/stat`);
  if (text === null) return null;
  // Behind the command's name, which may hold spaces: state, then utime and stime at 11 and 12.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}

/** CPU time of the whole process so far, milliseconds. */
export function processCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
}
