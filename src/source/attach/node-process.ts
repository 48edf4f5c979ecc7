/**
 * Whether a process can be attached to, and what that takes: found out without touching it.
 * SIGUSR1 ends a process that does not expect it, so nothing is sent where that could be.
 */
import { execFileSync } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { SelfwakeError } from '../../model/errors.ts';
import { type InspectorTarget, targetAmong } from './inspector-address.ts';
import {
  environmentOf,
  HAS_PROC,
  isPortTaken,
  listeningPorts,
  pidOfListener,
  type ProcFacts,
  procFacts,
} from './proc.ts';

/** Where Node opens its inspector, if it was not told otherwise. */
const USUAL_PORT = 9229;
/** Who attaches stays for some seconds. */
const BUSY_PORT_MS = 4000;
const ASK_AGAIN_MS = 100;

/** How to come by the inspector of a process. */
export interface AttachPlan {
  pid: number;
  /** Its id as it sees itself. */
  innerPid: number;
  /** Its inspector, where it is open already; then nothing is sent. */
  open: InspectorTarget | null;
  /** The port on which SIGUSR1 will open it; 0 for any that is free. */
  port: number;
}

/** Throws `cannot-attach`, with what to do, where it cannot or must not be tried. */
export async function planFor(pid: number): Promise<AttachPlan> {
  checkReachable(pid);
  const facts = HAS_PROC ? procFacts(pid) : null;
  const command = facts?.command ?? commandFromPs(pid);
  if (!isNode(facts?.executable ?? null, command)) {
    const what = facts?.executable ?? command[0] ?? 'an unknown program';
    throw cannot(
      `Process ${pid} is no Node process but ${what}, which SIGUSR1 might end. If it has a V8 inspector, give its address: selfwake attach host:port.`,
    );
  }
  if (facts?.isElsewhere) throw inContainer(facts);
  const options = `${command.join(' ')} ${environmentOf(pid, 'NODE_OPTIONS') ?? ''}`;
  const port = portIn(options);
  const plan = { pid, innerPid: facts?.innerPid ?? pid, port };
  const open = await openedInspector(pid, port, /--inspect/.test(options));
  if (open !== null) return { ...plan, open };
  if (facts !== null) checkSignal(facts, options);
  if (facts !== null) await portFree(pid, port);
  return { ...plan, open: null };
}

/** The inspectors of most processes have one port in common: another may be looked into just now. */
async function portFree(pid: number, port: number): Promise<void> {
  const endsAt = performance.now() + BUSY_PORT_MS;
  while (isPortTaken(pid, port)) {
    if (performance.now() > endsAt) {
      const holder = pidOfListener(port);
      throw cannot(
        `Port ${port}, on which process ${pid} would open its inspector, is in use${holder === null ? '' : ` by process ${holder}`}. ` +
          'Free it (a debugger may have been left open there), then try again.',
      );
    }
    await sleep(ASK_AGAIN_MS);
  }
}

function checkReachable(pid: number): void {
  try {
    process.kill(pid, 0);
  } catch (cause) {
    const isForeign = (cause as NodeJS.ErrnoException).code === 'EPERM';
    throw cannot(
      isForeign
        ? `Process ${pid} belongs to another user. Run selfwake as that user, or as root.`
        : `There is no process ${pid}. \`selfwake ps\` lists the Node processes of this machine.`,
      cause,
    );
  }
}

/** An executable of Node's, or one that carries its name. */
export function isNode(executable: string | null, command: readonly string[]): boolean {
  const name = executable ?? (command[0] ?? '').replace(/^.*[\\/]/, '');
  return /^(?:node|nodejs|iojs)(?:[-.\d]*)(?:\.exe)?$/i.test(name);
}

function checkSignal({ pid, caught, ignored }: ProcFacts, options: string): void {
  const bit = 1n << BigInt(constants.signals.SIGUSR1 - 1);
  const isOff = options.includes('--disable-sigusr1');
  if ((caught & bit) !== 0n && !isOff) return;
  const why = isOff
    ? 'was started with --disable-sigusr1'
    : (ignored & bit) !== 0n
      ? 'ignores SIGUSR1'
      : 'does not expect SIGUSR1, which would end it (it has just started, or its inspector is switched off)';
  throw cannot(
    `Process ${pid} ${why}, so its inspector cannot be opened from outside. Start it with --inspect, or under \`selfwake run\`.`,
  );
}

function inContainer({ pid, innerPid }: ProcFacts): SelfwakeError {
  return cannot(
    `Process ${pid} lives in a container with a network of its own, where it is process ${innerPid}: its inspector cannot be reached from here. ` +
      `Attach from inside (docker exec CONTAINER npx selfwake attach ${innerPid}), or as root: nsenter --target ${pid} --net --pid --mount npx selfwake attach ${innerPid}.`,
  );
}

/**
 * An inspector that is open already. A port of the program's own is not spoken to, unless
 * nothing else can be meant.
 */
async function openedInspector(
  pid: number,
  port: number,
  mayBeAnywhere: boolean,
): Promise<InspectorTarget | null> {
  if (!HAS_PROC) return null;
  const ports = listeningPorts(pid);
  return targetAmong(mayBeAnywhere ? ports : ports.filter((own) => own === port));
}

/** `--inspect-port=9300`, `--inspect=0.0.0.0:9300`; the last one counts. 0: any that is free. */
function portIn(options: string): number {
  const flags = [
    ...options.matchAll(/--(?:inspect|debug)(?:-brk|-port|-wait)?[= ](?:[\w.[\]:-]*:)?(\d+)\b/g),
  ];
  return Number(flags.at(-1)?.[1] ?? USUAL_PORT);
}

function commandFromPs(pid: number): string[] {
  if (process.platform === 'win32') return ['node'];
  try {
    const text = execFileSync('ps', ['-p', String(pid), '-o', 'args='], { encoding: 'utf8' });
    return text.trim().split(/\s+/);
  } catch {
    return [];
  }
}

export function cannot(message: string, cause?: unknown): SelfwakeError {
  return new SelfwakeError('cannot-attach', message, { cause });
}
