/** What the tests of the suite are about: a bit of everything that an application does. */
import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface Item {
  name: string;
  price: number;
  count: number;
}

export const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

export function total(items: readonly Item[]): number {
  return items.reduce((sum, { price, count }) => sum + price * count, 0);
}

export function slug(text: string): string {
  const plain = text.normalize('NFKD').toLowerCase();
  return plain.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
}

export function parse(query: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(query));
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Pseudo-random prices, sorted. */
export function prices(count: number): number[] {
  let seed = 7;
  const next = (): number => (seed = (seed * 16_807) % 2_147_483_647);
  return Array.from({ length: count }, next).toSorted((a, b) => a - b);
}

export class Cache<T> {
  readonly #entries = new Map<string, Promise<T>>();

  get(key: string, load: (key: string) => Promise<T>): Promise<T> {
    const known = this.#entries.get(key) ?? load(key);
    this.#entries.set(key, known);
    return known;
  }
}

export class Basket extends EventEmitter {
  readonly items: Item[] = [];

  async add(item: Item): Promise<void> {
    await Promise.resolve();
    this.items.push(item);
    this.emit('added', item);
  }
}

export async function stored(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'shop-'));
  try {
    await writeFile(join(folder, 'order.txt'), text);
    return await readFile(join(folder, 'order.txt'), 'utf8');
  } finally {
    await rm(folder, { recursive: true });
  }
}

export async function served(body: string): Promise<string> {
  const server = createServer((_, response) => response.end(body));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}`, { headers: { connection: 'close' } });
    return await response.text();
  } finally {
    server.close();
  }
}

export async function shouted(lines: readonly string[]): Promise<string> {
  let text = '';
  const upper = new Transform({
    transform: (chunk: Buffer, _, done) => done(null, chunk.toString().toUpperCase()),
  });
  upper.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await pipeline(Readable.from(lines), upper);
  return text;
}

export async function retried<T>(attempt: (n: number) => Promise<T>, times: number): Promise<T> {
  for (let n = 0; ; n += 1) {
    try {
      return await attempt(n);
    } catch (error) {
      if (n >= times) throw error;
      await sleep(1);
    }
  }
}
