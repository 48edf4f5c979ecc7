/** Where an inspector listens: its list of targets, asked for over HTTP. */
import { get } from 'node:http';

export interface InspectorTarget {
  /** `ws://…`, as the inspector itself says. */
  url: string;
  /** `node`, `page`, `deno`, … */
  type: string;
  title: string;
}

const ANSWER_MS = 1000;
const MAX_ANSWER_BYTES = 1024 * 1024;

/** Null where no inspector answers. */
export async function targetsAt(host: string, port: number): Promise<InspectorTarget[] | null> {
  const text = await answerOf(host, port, '/json/list');
  if (text === null) return null;
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.flatMap((entry) => targetOf(entry, host, port)) : null;
  } catch {
    return null;
  }
}

/** The inspector on the first of these ports of this machine that has one. */
export async function targetAmong(ports: readonly number[]): Promise<InspectorTarget | null> {
  for (const port of ports) {
    const [target] = (await targetsAt('127.0.0.1', port)) ?? [];
    if (target !== undefined) return target;
  }
  return null;
}

interface Entry {
  webSocketDebuggerUrl?: unknown;
  type?: unknown;
  title?: unknown;
}

/** Only the path of what is said is taken: it is the one who was asked that is spoken to. */
function targetOf(entry: unknown, host: string, port: number): InspectorTarget[] {
  const { webSocketDebuggerUrl: said, type, title } = (entry ?? {}) as Entry;
  if (typeof said !== 'string' || !URL.canParse(said)) return [];
  const url = new URL(`ws://${host.includes(':') ? `[${host}]` : host}:${port}`);
  url.pathname = new URL(said).pathname;
  return [{ url: url.href, type: textOf(type), title: textOf(title) }];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function answerOf(host: string, port: number, path: string): Promise<string | null> {
  return new Promise((resolve) => {
    const request = get({ host, port, path, agent: false, timeout: ANSWER_MS }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > MAX_ANSWER_BYTES) request.destroy();
      });
      response.on('end', () => resolve(response.statusCode === 200 ? text : null));
      response.on('error', () => resolve(null));
      response.on('close', () => resolve(null));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(null));
  });
}

/** Addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|::1|\[::1\])$/i.test(host);
}
