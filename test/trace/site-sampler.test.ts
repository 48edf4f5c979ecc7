import { performance } from 'node:perf_hooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HiddenState } from '../../src/trace/hidden-state.ts';
import { SiteSampler } from '../../src/trace/site-sampler.ts';

let nowMs = 0;
const hidden = new HiddenState();
const samplerOf = (sites: number, learnMs = 250): SiteSampler => {
  const sampler = new SiteSampler(hidden);
  sampler.reset(sites, learnMs);
  return sampler;
};

beforeEach(() => {
  nowMs = 1000;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
});
afterEach(() => {
  vi.restoreAllMocks();
  hidden.close();
});

/** Some bursts of passes of one site; `frame` gives its variables at each pass. */
function verdictOf(frame: (pass: number) => Record<string, unknown>, bursts = 3): string {
  const sampler = samplerOf(1);
  let pass = 0;
  for (let burst = 0; burst < bursts; burst += 1) {
    sampler.begin({ ms: 40, longestMs: 600 });
    for (let i = 0; i < 400; i += 1) {
      pass += 1;
      nowMs += 0.01;
      const readers = Object.entries(frame(pass)).map(([name, value]) => [name, () => value]);
      if (sampler.take(0, Object.fromEntries(readers) as Record<string, () => unknown>)) break;
    }
    nowMs += 100;
  }
  const [site] = sampler.compare(['']);
  return site?.state.verdict ?? 'nothing';
}

describe('learning the places', () => {
  it('stops at the first pass of each, and says which', () => {
    const sampler = samplerOf(2);
    expect(sampler.isNew(1)).toBe(true);
    expect(sampler.hit).toBe(1);
    expect(sampler.isNew(1)).toBe(false);
    expect(sampler.hit).toBe(-1);
    expect(sampler.isNew(0)).toBe(true);
    expect(sampler.hit).toBe(0);
  });

  it('ends with no hit when no new one comes for a while', () => {
    const sampler = samplerOf(2);
    sampler.isNew(0);
    nowMs += 49;
    expect(sampler.isNew(0)).toBe(false);
    nowMs += 1;
    expect(sampler.isNew(0)).toBe(true);
    expect(sampler.hit).toBe(-1);
  });

  it('does not wait for longer than it may', () => {
    const sampler = samplerOf(2, 20);
    sampler.isNew(0);
    nowMs += 20;
    expect(sampler.isNew(0)).toBe(true);
  });
});

describe('a burst', () => {
  it('stops the thread once it has all that it needs', () => {
    const sampler = samplerOf(1);
    sampler.begin({ ms: 1e6, longestMs: 1e6 });
    let passes = 1;
    while (!sampler.take(0, { n: () => 1 })) passes += 1;
    expect(passes).toBeGreaterThan(9);
    expect(passes).toBeLessThan(100);
    expect(sampler.compare([''])).toMatchObject([{ site: 0, passes }]);
  });

  it('does not wait for places that are never passed', () => {
    const sampler = samplerOf(2);
    sampler.begin({ ms: 1e6, longestMs: 1e6 });
    let isOver = false;
    for (let i = 0; i < 100; i += 1) isOver ||= sampler.take(0, { n: () => 1 });
    expect(isOver).toBe(true);
    expect(sampler.compare(['', '']).map(({ site }) => site)).toEqual([0]);
  });

  it('goes on past its time for the first place only, and not for ever', () => {
    const sampler = samplerOf(2);
    sampler.begin({ ms: 40, longestMs: 600 });
    nowMs += 41;
    expect(sampler.take(0, {})).toBe(false);
    expect(sampler.take(1, {})).toBe(false);
    nowMs += 560;
    expect(sampler.take(1, {})).toBe(true);
  });

  it('stops at a place that nobody knows', () => {
    expect(samplerOf(1).take(7, {})).toBe(true);
  });

  it('is not troubled by what cannot be read', () => {
    const broken = (): never => {
      throw new ReferenceError('before its initialisation');
    };
    const sampler = samplerOf(1);
    sampler.begin({ ms: 1e6, longestMs: 1e6 });
    for (let i = 0; i < 100; i += 1) sampler.take(0, { this: broken, n: broken });
    expect(sampler.compare([''])).toMatchObject([{ site: 0 }]);
  });
});

describe('many instances at one place', () => {
  class Poller {
    handled = 0;
  }
  /** Of each hundred passes, the first comes by three times, after all others have once. */
  function* passes(pollers: readonly Poller[]): Generator<Poller> {
    for (;;) {
      for (const one of pollers.slice(1)) {
        one.handled += 1;
        yield one;
      }
      for (let i = 0; i < 3; i += 1) yield pollers[0]!;
    }
  }

  it('are told apart: the one that goes round is looked at', () => {
    const pollers = Array.from({ length: 98 }, () => new Poller());
    const sampler = samplerOf(1);
    const passing = passes(pollers);
    const next = (): Poller => passing.next().value as Poller;
    sampler.beginScouting(1e6);
    while (!sampler.scout(0, next));
    expect(sampler.isFollowing(0)).toBe(true);
    for (let burst = 0; burst < 3; burst += 1) {
      sampler.begin({ ms: 1e6, longestMs: 1e6 });
      for (let self = next(); !sampler.take(0, { this: () => self }); self = next()) nowMs += 0.1;
    }
    expect(sampler.compare([''])[0]?.state.verdict).toBe('same');
  });

  it('are taken for one where each is made anew', () => {
    const sampler = samplerOf(1);
    sampler.beginScouting(1e6);
    let scouted = 0;
    do scouted += 1;
    while (!sampler.scout(0, () => new Poller()));
    expect(scouted).toBe(200);
    expect(sampler.isFollowing(0)).toBe(false);
  });

  it('are not looked for where there is one', () => {
    const only = new Poller();
    const sampler = samplerOf(1);
    sampler.beginScouting(1e6);
    const answers = [1, 2, 3].map(() => sampler.scout(0, () => only));
    expect(answers).toEqual([false, false, true]);
    expect(sampler.isFollowing(0)).toBe(false);
  });
});

it('looks as far as there is any state in a thorough burst', () => {
  /** Something that moves, so far in that only a thorough look meets it. */
  const deep = { count: 'a' };
  let root: object = deep;
  for (let i = 0; i < 8; i += 1) root = { next: root };
  const verdictIf = (isThorough: boolean) => {
    const sampler = samplerOf(1);
    let pass = 0;
    sampler.begin({ ms: 1e6, longestMs: 1e6, isThorough });
    do {
      pass += 1;
      deep.count = words(pass + 1)[pass]!;
      nowMs += 1;
    } while (!sampler.take(0, { root: () => root }));
    return sampler.compare([''])[0]?.state.verdict;
  };
  expect(verdictIf(false)).toBe('same');
  expect(verdictIf(true)).toBe('progress');
});

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
/** Texts that differ in more than digits. */
const words = (count: number) =>
  numbers(count).map((n) => String(n).replace(/\d/g, (digit) => 'ghijklmnop'[Number(digit)]!));

/** A list of equal nodes. */
function listOf(length: number): object {
  let list: object = { job: 'a' };
  for (let i = 1; i < length; i += 1) list = { job: 'a', next: list };
  return list;
}

type Node = { next?: Node };

/** One node further at each pass. */
function walkAlong(list: Node): () => { node: Node } {
  let node = list;
  return () => {
    node = node.next ?? node;
    return { node };
  };
}

describe('objects that a variable goes on to', () => {
  it('are a way through a structure where they lie ahead, equal as they may be', () => {
    expect(verdictOf(walkAlong(listOf(5000)))).toBe('progress');
  });

  it.each<[string, () => (pass: number) => Record<string, unknown>]>([
    ['made anew each time', () => () => ({ state: { job: 'a' } })],
    [
      'made anew, the last one kept',
      () => {
        let state = { job: 'a' };
        return () => {
          const previous = state;
          state = { job: 'a' };
          return { holder: { state, previous }, previous };
        };
      },
    ],
    [
      'made anew, and kept as a history of three',
      () => {
        const history = [{ job: 'a' }, { job: 'a' }, { job: 'a' }];
        return () => {
          history.unshift({ job: 'a' });
          history.pop();
          return { history: [...history], state: { of: history[0] } };
        };
      },
    ],
  ])('are no progress where they are %s', (_what, framesOf) => {
    expect(verdictOf(framesOf())).not.toBe('progress');
  });
});

describe('values that were there before', () => {
  const sample = (values: readonly string[]) => {
    const sampler = samplerOf(1);
    let pass = 0;
    const burst = (isRow: boolean) => {
      sampler.begin({ ms: 1, longestMs: 600, isRow });
      do {
        nowMs += 0.01;
        pass += 1;
      } while (!sampler.take(0, { kind: () => values[pass % values.length] }));
      nowMs += 100;
    };
    burst(false);
    burst(false);
    const doubted = sampler.compare([''])[0]!;
    burst(true);
    const seen = sampler.compare([''])[0]!;
    return { doubted, seen };
  };
  const ROUND = ['load', 'reduce', 'filter', 'effect', 'settle', 'load', 'done'];

  it('come round where a row of passes shows so', () => {
    const { doubted, seen } = sample(ROUND);
    expect(doubted).toMatchObject({ state: { verdict: 'progress' }, mayRecur: true });
    expect(seen).toMatchObject({ state: { verdict: 'recurring' }, mayRecur: false });
  });

  it('are work where they come in no order', () => {
    let seed = 7;
    const random = () => (seed = (seed * 75 + 74) % 65537);
    const { seen } = sample(Array.from({ length: 500 }, () => ROUND[random() % ROUND.length]!));
    expect(seen.state.verdict).toBe('progress');
  });

  it('need no row where all are new', () => {
    expect(sample(words(400)).doubted).toMatchObject({ mayRecur: false });
  });
});

describe('what the bursts say together', () => {
  it.each<[string, string, (pass: number) => Record<string, unknown>]>([
    ['nothing moves', 'same', () => ({ flag: false, list: [1, 2] })],
    ['a flag comes and goes', 'recurring', (pass) => ({ flag: pass % 2 === 0 })],
    ['a number counts', 'counters', (pass) => ({ tries: pass })],
    [
      'a queue gets shorter',
      'progress',
      (pass) => ({ queue: Array.from({ length: 9000 - pass }) }),
    ],
    ['bytes change', 'progress', (pass) => ({ bytes: new Uint8Array([pass * 31, pass >> 3]) })],
    ['a list takes new things', 'progress', (pass) => ({ list: words(100 + pass) })],
    ['a list takes numbers in turn', 'counters', (pass) => ({ list: numbers(100 + pass) })],
  ])('%s: %s', (_what, verdict, frame) => {
    expect(verdictOf(frame)).toBe(verdict);
  });

  it('is nothing before anything was passed, or after it ended', () => {
    const sampler = samplerOf(1);
    expect(sampler.compare([''])).toEqual([]);
    sampler.begin({ ms: 1e6, longestMs: 1e6 });
    sampler.take(0, { n: () => 1 });
    sampler.end();
    expect(sampler.compare([''])).toEqual([]);
  });

  it('takes a bound that the text names for the end of a count', () => {
    const count = (text: string) => {
      const sampler = samplerOf(1);
      let n = 0;
      for (let burst = 0; burst < 3; burst += 1) {
        sampler.begin({ ms: 1e6, longestMs: 1e6 });
        do {
          n += 1;
          nowMs += 0.7;
        } while (!sampler.take(0, { n: () => n }));
        nowMs += 100;
      }
      return sampler.compare([text])[0]?.state.verdict;
    };
    expect(count('n < 100_000')).toBe('progress');
    expect(count('n < 3')).toBe('counters');
  });
});
