/** Opens the inspector of a Node process: SIGUSR1, which Node hears also while it is starved. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type InspectorTarget, targetAmong } from './inspector-address.ts';
import { type AttachPlan, cannot } from './node-process.ts';
import { HAS_PROC, listeningPorts } from './proc.ts';

/** It takes milliseconds, on a crowded machine seconds. */
const OPEN_MS = 6000;
const ASK_MS = 15;

/** Throws `cannot-attach` when none opens: then the program has taken the signal for itself. */
export async function openInspector({ pid, port }: AttachPlan): Promise<InspectorTarget> {
  const before = new Set(HAS_PROC ? listeningPorts(pid) : []);
  signal(pid);
  const endsAt = performance.now() + OPEN_MS;
  while (performance.now() < endsAt) {
    const opened = HAS_PROC ? listeningPorts(pid).filter((one) => !before.has(one)) : [port];
    const target = await targetAmong(opened);
    if (target !== null) return target;
    await sleep(ASK_MS);
  }
  throw cannot(
    `Process ${pid} took SIGUSR1 and opened no inspector within ${OPEN_MS / 1000} s: it listens on that signal itself, or cannot open port ${port}. ` +
      'Start it with --inspect, or under `selfwake run`.',
  );
}

function signal(pid: number): void {
  // Windows has no such signal; Node has its own way there.
  if (process.platform !== 'win32') process.kill(pid, 'SIGUSR1');
  else (process as unknown as { _debugProcess(pid: number): void })._debugProcess(pid);
}
