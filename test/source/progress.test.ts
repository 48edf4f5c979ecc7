/** What counts as progress of a task: tasks that wake themselves in each poll, and work or do not. */
import { afterEach, describe, expect, it } from 'vitest';
import { type Context, type Future, Poll } from '../../src/core/index.ts';
import { Executor } from '../../src/executor/index.ts';
import { createMonitor, type Monitor } from '../../src/source/executor/monitor.ts';

const POLLS = 20_000;
/** A spin is ended when it is found. */
const MOST_POLLS = 5_000_000;
const ITEMS = 2 * POLLS;

let monitor: Monitor;
afterEach(() => monitor.close());

/** Polls a task that takes a step in each poll, and answers what is said of it above a note. */
async function saidOf(step: () => void, most = POLLS): Promise<string[]> {
  monitor = createMonitor({ onDetect: 'abort' });
  let polls = 0;
  const end = monitor.instrument({ isAt: () => polls >= most });
  class Stepping implements Future<void> {
    readonly step = step;
    poll(cx: Context): Poll<void> {
      this.step();
      polls += 1;
      if (end.isAt()) return Poll.Ready();
      cx.waker.wakeByRef();
      return Poll.Pending;
    }
  }
  await new Executor({ monitor }).blockOn(new Stepping()).catch(() => {});
  return monitor
    .findings()
    .filter(({ level }) => level !== 'note')
    .map(({ rule, confidence }) => `${rule} (${confidence})`);
}

interface Link {
  bit: number;
  next: Link | null;
}

/** The last of them leads to the first, where it goes round. */
function chain(length: number, isRound: boolean): Link {
  const links: Link[] = Array.from({ length }, (_, i) => ({ bit: i & 1, next: null }));
  for (const [i, link] of links.entries()) link.next = links[i + 1] ?? null;
  if (isRound) links.at(-1)!.next = links[0]!;
  return links[0]!;
}

function walk(first: Link): () => void {
  let at: Link | null = first;
  return () => {
    at = at?.next ?? null;
  };
}

function exhaust(items: Iterator<unknown>): () => void {
  let isDone = false;
  return () => {
    isDone = items.next().done === true;
    void isDone;
  };
}

/** Jobs that take their turn one after the other. */
function takeTurns(work: (job: { port: number; left: number }) => void): () => void {
  const jobs = Array.from({ length: 24 }, (_, i) => ({ port: (i * 48_271) % 65_521, left: 1e6 }));
  return () => {
    const job = jobs.shift()!;
    work(job);
    jobs.push(job);
  };
}

interface WebAssemblyClasses {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { exports: { step: () => void } };
}

/** (module (global (mut i32)) (func (export "step") …)): counts where nobody sees it. */
const COUNTER = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0, 6, 6, 1, 127, 1, 65, 0, 11, 7, 8,
  1, 4, 115, 116, 101, 112, 0, 0, 10, 13, 1, 11, 0, 35, 0, 65, 1, 106, 36, 0, 35, 0, 11,
]);

function inWebAssembly(): () => void {
  const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyClasses })
    .WebAssembly;
  return new Instance(new Module(COUNTER)).exports.step;
}

const state = Symbol('state');

const working: Record<string, () => () => void> = {
  'walks along a list': () => walk(chain(ITEMS, false)),
  'is at an iterator of the language': () => exhaust(new Array(ITEMS).fill(0).entries()),
  'is at an iterator of Node': () => {
    const pairs = Array.from({ length: ITEMS }, (): [string, string] => ['a', 'b']);
    return exhaust(new URLSearchParams(pairs).keys());
  },
  'is at matches of a pattern': () => {
    const text = 'a '.repeat(ITEMS);
    const pattern = /a/g;
    let isMatched = true;
    return () => {
      isMatched &&= pattern.exec(text) !== null;
    };
  },
  'goes on at an index that nothing is compared with': () => {
    const rows = Array.from({ length: ITEMS }, () => 'row');
    let at = 0;
    return () => {
      if (rows[at] !== undefined) at += 1;
    };
  },
  'keeps its state under a symbol': () => {
    const holder = { [state]: { text: 'x' } };
    let seed = 1;
    return () => {
      seed = (seed * 48_271) % 2_147_483_647;
      holder[state].text = seed.toString(2);
    };
  },
  'keeps its state behind a proxy': () => {
    const todo = new Proxy(new Array(ITEMS).fill(0), {});
    return () => {
      todo.pop();
    };
  },
  'works within WebAssembly': inWebAssembly,
  'finds something once in a while': () => {
    const found: number[] = [];
    let n = 1;
    return () => {
      n += 2;
      // At no even pace.
      if (Math.imul(n ^ (n >>> 7), 0x9e3779b1) >>> 28 === 0) found.push(n);
    };
  },
  'works on each of many in turn': () =>
    takeTurns((job) => {
      job.left -= 1;
    }),
  'goes over the same rows again and again': () => {
    const table = Array.from({ length: 300 }, () => 0);
    let row = 0;
    let at = 0;
    return () => {
      if (at < table.length) at += 1;
      else {
        at = 0;
        if (row < ITEMS) row += 1;
      }
    };
  },
};

const spinning: Record<string, () => () => void> = {
  'goes round a ring of objects': () => walk(chain(12, true)),
  'goes round by an index': () => {
    const ports = Array.from({ length: 37 }, (_, i) => (i * 7919) % 10_007);
    let turn = 0;
    return () => {
      turn += 1;
      if (turn >= ports.length) turn = 0;
    };
  },
  'puts each of many behind the others in turn': () => takeTurns(() => {}),
  'counts how often each of many had its turn': () => {
    const turns = Array.from({ length: 24 }, (_, id) => ({ id, turns: 0 }));
    return () => {
      const next = turns.shift()!;
      next.turns += 1;
      turns.push(next);
    };
  },
  'makes the same object anew each time': () => {
    const queue = [{ kind: 'retry' }];
    return () => {
      queue.shift();
      queue.push({ kind: 'retry' });
    };
  },
};

describe('a task is left alone that', () => {
  it.each(Object.entries(working))('%s', async (_what, step) => {
    expect(await saidOf(step())).toEqual([]);
  });
});

describe('a task is found that', () => {
  it.each(Object.entries(spinning))('%s', async (_what, step) => {
    expect(await saidOf(step(), MOST_POLLS)).toEqual([expect.stringMatching(/^self-wake/)]);
  });
});
