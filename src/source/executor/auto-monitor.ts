/**
 * Switches monitoring on for a whole program, with no change to it: under `selfwake run`
 * every executor of this thread is watched by one monitor that is made with the first.
 */
import { setDefaultRecorder } from '../../executor/default-recorder.ts';
import { findAgent } from '../../model/agent.ts';
import { Monitor } from './monitor.ts';

let shared: Monitor | null = null;

/** The monitor of this thread that `instrument` and `selfwake run` use. */
function sharedMonitor(): Monitor {
  const onDetect = findAgent()?.options.shallBreak ? 'abort' : 'report';
  shared ??= new Monitor({ onDetect }, true);
  return shared;
}

/** Called when the package is loaded. */
export function watchExecutorsUnderAnAgent(): void {
  if (findAgent()) setDefaultRecorder(() => sharedMonitor().recorder);
}

/**
 * {@link Monitor.instrument} of this thread's shared monitor: counts a future, reader,
 * writer or stream under any executor, or wraps an executor of the program's own.
 */
export function instrument<T extends object>(target: T, name?: string): T {
  return sharedMonitor().instrument(target, name);
}

/** The meter of this thread's shared monitor, for pumps written by hand. */
export const meter = {
  /** {@link Meter.tick} */
  tick(name: string, madeProgress: boolean): void {
    sharedMonitor().meter.tick(name, madeProgress);
  },
} as const;
