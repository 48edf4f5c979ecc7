import { describe, expect, it } from 'vitest';
import { blameOf, isTranspiled, membersOf, packageOf } from '../../src/trace/loop-blame.ts';
import { edge, frame, node, wakeLoop } from './played-slice.ts';

const names = (frames: readonly { functionName: string | null }[]) =>
  frames.map(({ functionName }) => functionName);

const library = (functionName: string | null, name = 'queue') =>
  frame(functionName, { url: `/app/node_modules/${name}/index.js` });

describe('blameOf', () => {
  it('names the innermost function of a loop of one place, and the way to it', () => {
    const one = node(1, { frames: [frame('check')], asyncFrames: [frame('work'), frame('main')] });
    const blame = blameOf(wakeLoop([one]));
    expect(blame.guilty?.functionName).toBe('check');
    expect(blame.isSource).toBe(false);
    expect(names(blame.way)).toEqual(['main', 'work', 'check']);
  });

  it('names the deepest function that all armings lie below', () => {
    const nodes = [
      node(1, { frames: [frame('read'), frame('turn'), frame('main')] }),
      node(2, { frames: [frame('write'), frame('turn'), frame('main')] }),
    ];
    const blame = blameOf(wakeLoop(nodes));
    expect(blame.guilty?.functionName).toBe('turn');
    expect(names(blame.way)).toEqual(['main', 'turn']);
  });

  it('counts functions that wait for the arming one in', () => {
    const nodes = [
      node(1, { frames: [frame('read')], asyncFrames: [frame('turn', { isAsync: true })] }),
      node(2, { frames: [frame('turn')] }),
    ];
    expect(blameOf(wakeLoop(nodes)).guilty?.functionName).toBe('turn');
  });

  it('does not mind a rare arming elsewhere', () => {
    const nodes = [
      node(1, { frames: [frame('read'), frame('turn')], runs: 50, arms: 50 }),
      node(2, { frames: [frame('write'), frame('turn')], runs: 50, arms: 50 }),
      node(3, { frames: [frame('log')], runs: 10, arms: 10 }),
    ];
    expect(blameOf(wakeLoop(nodes)).guilty?.functionName).toBe('turn');
  });

  it('names whose loop it is, not the helper of another package that arms for them', () => {
    const one = node(1, { frames: [library('defer'), frame('turn'), frame('main')] });
    expect(blameOf(wakeLoop([one])).guilty?.functionName).toBe('turn');
  });

  it('names the package whose own loop it is, though the program started it', () => {
    const inside = [library('defer', 'tick'), library('turn'), library('run')];
    const one = node(1, { frames: inside, asyncFrames: [frame('main', { isAsync: true })] });
    expect(blameOf(wakeLoop([one])).guilty?.functionName).toBe('turn');
  });

  it('passes what a compiler put around an await', () => {
    const runner = frame('step', { url: '/app/node_modules/tslib/tslib.js' });
    const one = node(1, { frames: [frame('__awaiter'), runner, frame('turn')] });
    expect(blameOf(wakeLoop([one])).guilty?.functionName).toBe('turn');
  });

  it('knows a nameless function by the named one around it in the same file', () => {
    const elsewhere = frame('other', { url: '/app/other.js' });
    const nameless = [frame(null), elsewhere, frame('turn')];
    expect(blameOf(wakeLoop([node(1, { frames: nameless })])).guilty?.functionName).toBe('turn');
    const alone = [frame(null), elsewhere];
    expect(blameOf(wakeLoop([node(1, { frames: alone })])).guilty?.functionName).toBeNull();
  });

  it('names the source that a stream asks for data before all others', () => {
    const source = node(2, {
      frames: [frame('read')],
      calledBy: 'node:internal/streams/readable',
      runs: 0,
    });
    const own = wakeLoop([node(1)], { edges: [edge(1, 1, { wokenAt: 2 })], wakePlaces: [source] });
    const blame = blameOf(own);
    expect(blame.guilty?.functionName).toBe('read');
    expect(blame.isSource).toBe(true);
    const rare = { ...own, edges: [edge(1, 1, { wokenAt: 2, count: 10 }), edge(1, 1)] };
    expect(blameOf(rare).isSource).toBe(false);
    const called = { ...source, calledBy: 'node:internal/timers' };
    expect(blameOf({ ...own, wakePlaces: [called] }).isSource).toBe(false);
  });

  it('prefers places of the program to Node\u2019s own, and those where it was woken', () => {
    const internal = node(1, { isInternal: true, frames: [frame('listOnTimeout')], runs: 900 });
    const own = node(2, { frames: [frame('turn')] });
    expect(blameOf(wakeLoop([internal, own])).guilty?.functionName).toBe('turn');
    const woken = wakeLoop([internal], { wakePlaces: [own] });
    expect(blameOf(woken).guilty?.functionName).toBe('turn');
    expect(blameOf(wakeLoop([internal])).guilty?.functionName).toBe('listOnTimeout');
  });

  it('names nobody where no stack was seen', () => {
    const blame = blameOf(wakeLoop([node(1, { frames: [] })]));
    expect(blame).toEqual({ guilty: null, isSource: false, way: [] });
  });
});

describe('membersOf', () => {
  it('gives each function once, with all its runs, those that ran most first', () => {
    const turn = { frames: [frame('turn')] };
    const loop = wakeLoop([
      node(1, { ...turn, runs: 30 }),
      node(2, { frames: [frame('ask')], runs: 50 }),
      node(3, { ...turn, runs: 40 }),
      node(4, { ...turn, runs: 5, via: 'timer' }),
      node(5, { frames: [], runs: 4 }),
      node(6, { frames: [], runs: 3 }),
    ]);
    expect(
      membersOf(loop).map(({ frame: of, runs, node: { via } }) => [of?.functionName, runs, via]),
    ).toEqual([
      ['ask', 50, 'promise'],
      ['turn', 70, 'promise'],
      ['turn', 5, 'timer'],
      [undefined, 4, 'promise'],
      [undefined, 3, 'promise'],
    ]);
  });
});

describe('whose code a script is', () => {
  it.each([
    ['/app/main.js', ''],
    ['/app/node_modules/queue/index.js', 'queue'],
    ['file:///app/node_modules/@scope/queue/lib/x.js', '@scope/queue'],
    ['/app/node_modules/a/node_modules/b/index.js', 'b'],
    ['C:\\app\\node_modules\\queue\\index.js', 'queue'],
  ])('%s belongs to "%s"', (url, name) => {
    expect(packageOf(url)).toBe(name);
  });

  it.each([
    [frame('__awaiter'), true],
    [frame('Object.fulfilled'), true],
    [frame('main', { url: '/app/node_modules/tslib/tslib.js' }), true],
    [frame('main', { url: '/app/node_modules/@babel/runtime/helpers/x.js' }), true],
    [frame('awaiter'), false],
    [frame('footstep'), false],
    [frame(null), false],
  ])('%o was put there by a compiler: %s', (one, is) => {
    expect(isTranspiled(one)).toBe(is);
  });
});
