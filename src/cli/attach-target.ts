/** What is written behind `selfwake attach`, and what it takes to get there. */
import { SelfwakeError } from '../model/errors.ts';
import { type InspectorTarget, isLoopback, targetsAt } from '../source/attach/inspector-address.ts';
import { planFor } from '../source/attach/node-process.ts';
import { openInspector } from '../source/attach/open-inspector.ts';
import { pidOfListener } from '../source/attach/proc.ts';

export type Address =
  | { pid: number }
  | { pid: null; url: string }
  | { pid: null; host: string; port: number };

export interface TargetPlan {
  /** The process on this machine; null where it is not known. */
  pid: number | null;
  innerPid: number | null;
  /** What will be sent to open the inspector; null where it is open. */
  signal: string | null;
  /** Its inspector, opened if need be. */
  inspector(): Promise<InspectorTarget>;
  /** How to speak of it. */
  name: string;
}

/** Throws `bad-target` for what is none. */
export function addressOf(text: string): Address {
  if (/^\d+$/.test(text)) return { pid: Number(text) };
  if (/^wss?:\/\//.test(text) && URL.canParse(text)) return { pid: null, url: text };
  const [, host, port] = /^(?:https?:\/\/)?(\[[0-9a-f:]+\]|[\w.-]*):(\d+)\/?$/i.exec(text) ?? [];
  if (port !== undefined && Number(port) > 0 && Number(port) < 65_536) {
    const bare = (host ?? '').replace(/^\[|\]$/g, '');
    return { pid: null, host: bare === '' ? '127.0.0.1' : bare, port: Number(port) };
  }
  throw new SelfwakeError(
    'bad-target',
    `'${text}' is no process id and no address. Write selfwake attach 4711, attach 127.0.0.1:9229, or attach ws://….`,
  );
}

/** `warn` hears of what a person should know before it happens. */
export async function planOf(
  address: Address,
  warn: (sentence: string) => void,
): Promise<TargetPlan> {
  if (address.pid !== null) {
    const plan = await planFor(address.pid);
    const name = `process ${plan.pid}`;
    const signal = `Sends SIGUSR1 to ${name}, upon which Node opens its inspector on 127.0.0.1${plan.port === 0 ? '' : `:${plan.port}`} and says so on stderr; if the program listens on SIGUSR1 itself, its listener runs instead.`;
    const { pid, innerPid, open } = plan;
    if (open !== null) return { pid, innerPid, name, signal: null, inspector: async () => open };
    return { pid, innerPid, name, signal, inspector: () => openInspector(plan) };
  }
  const { hostname: host, port } = 'url' in address ? new URL(address.url) : named(address);
  if (!isLoopback(host)) {
    warn(
      `${host} is another machine: what passes is not encrypted, and whoever reaches that port can run any code there. A tunnel (ssh -L 9229:127.0.0.1:9229 HOST) is safer.`,
    );
  }
  const pid = isLoopback(host) ? pidOfListener(Number(port)) : null;
  const inspector = async (): Promise<InspectorTarget> =>
    'url' in address
      ? { url: address.url, type: 'node', title: '' }
      : only(address.host, address.port);
  return { pid, innerPid: null, name: `at ${host}:${port}`, signal: null, inspector };
}

function named({ host, port }: { host: string; port: number }): { hostname: string; port: string } {
  return { hostname: host, port: String(port) };
}

/** A browser shows each of its pages as a target: which one is meant, a person must say. */
async function only(host: string, port: number): Promise<InspectorTarget> {
  const targets = await targetsAt(host, port);
  const cannot = (message: string): SelfwakeError => new SelfwakeError('cannot-attach', message);
  if (targets === null) throw cannot(`No inspector answers at ${host}:${port}.`);
  const [first, ...others] = targets.filter(
    ({ type }) => type === 'node' || type === 'page' || type === 'deno',
  );
  if (first === undefined)
    throw cannot(`The inspector at ${host}:${port} has nothing to look into.`);
  if (others.length === 0) return first;
  const list = [first, ...others].map(({ title, url }) => `\n  ${title}  ${url}`).join('');
  throw cannot(`The inspector at ${host}:${port} has several targets. Name one of:${list}`);
}
