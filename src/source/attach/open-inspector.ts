/** Opens the inspector of a Node process: SIGUSR1, which Node hears also while it is starved. */
import { type InspectorTarget, targetsAt } from './inspector-address.ts';
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
    for (const candidate of opened) {
      const [target] = (await targetsAt('127.0.0.1', candidate)) ?? [];
      if (target !== undefined) return target;
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
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
