import { describe, expect, it } from 'vitest';
import { type Pace, PlayedThread } from './played-thread.ts';

const signOf = (looks: number, pace: Pace) => new PlayedThread().play(looks, pace).sign;

describe('VitalSigns', () => {
  it('sees nothing in a thread at rest', () => {
    expect(signOf(40, { cpu: 0, turns: 1 })).toBeNull();
    expect(signOf(40, { cpu: 0.3, turns: 1 })).toBeNull();
  });

  it('sees a thread that burns and turns', () => {
    expect(signOf(40, { cpu: 0.59, turns: 1 })).toBeNull();
    expect(signOf(40, { cpu: 0.61, turns: 1 })).toBe('busy');
  });

  it('sees a thread that burns and does not turn, once three beats are missing', () => {
    expect(signOf(6, { cpu: 1, turns: 0 })).toBeNull();
    expect(signOf(7, { cpu: 1, turns: 0 })).toBe('starved');
    expect(signOf(40, { cpu: 1, turns: 0 })).toBe('starved');
  });

  it('takes a thread that is blocked for none that burns', () => {
    expect(signOf(40, { cpu: 0.1, turns: 0 })).toBeNull();
  });

  it('sees a loop that turns hundreds of times a second, at whatever CPU', () => {
    expect(signOf(40, { cpu: 0.04, turns: 4 })).toBe('turning');
    expect(signOf(40, { cpu: 0.04, turns: 3 })).toBeNull();
    expect(signOf(40, { cpu: 0.005, turns: 4 })).toBeNull();
  });

  it('sees a thread that starts others all the time, at hardly any CPU of its own', () => {
    const pace = { cpu: 0.02, turns: 1 };
    const thread = new PlayedThread();
    const start = (births: number, looks: number) => {
      thread.play(looks, pace);
      return thread.play(1, { ...pace, births }).sign;
    };
    const signs = Array.from({ length: 12 }, () => start(1, 7));
    expect(signs.indexOf('breeding')).toBeGreaterThanOrEqual(7);
    expect(signs.at(-1)).toBe('breeding');
    expect(thread.play(81, pace).sign).toBeNull();
  });

  it('takes a pool that is filled at once for none that breeds', () => {
    const thread = new PlayedThread();
    thread.play(40, { cpu: 0.02, turns: 1 });
    const signs = Array.from({ length: 60 }, (_, i) =>
      thread.play(1, { cpu: 0.02, turns: 1, births: i < 4 ? 8 : 0 }),
    );
    expect(signs.map(({ sign }) => sign).filter((sign) => sign !== null)).toEqual([]);
  });

  it('says nothing of a moment', () => {
    expect(signOf(7, { cpu: 1, turns: 9 })).toBeNull();
    expect(signOf(8, { cpu: 1, turns: 9 })).toBe('busy');
  });

  it('forgets what was before its window', () => {
    const thread = new PlayedThread();
    expect(thread.play(40, { cpu: 1, turns: 9 }).sign).toBe('busy');
    expect(thread.play(20, { cpu: 0, turns: 1 })).toMatchObject({ sign: null, cpuShare: 0 });
    expect(thread.play(20, { cpu: 1, turns: 9 }).sign).toBe('busy');
  });

  it('takes the share since the last beat where the heart is still', () => {
    const thread = new PlayedThread();
    thread.play(40, { cpu: 0, turns: 1 });
    expect(thread.play(8, { cpu: 1, turns: 0 })).toMatchObject({ sign: 'starved', cpuShare: 1 });
    expect(thread.play(1, { cpu: 1, turns: 1 }).sign).not.toBe('starved');
  });

  it('gives rates per second', () => {
    const vitals = new PlayedThread().play(40, { cpu: 0.5, turns: 10, odd: 2 });
    expect(vitals).toMatchObject({ cpuShare: 0.5, turnsPerSecond: 400, oddDelaysPerSecond: 80 });
  });

  it('does without turns where Node does not tell them', () => {
    const vitals = new PlayedThread().play(40, { cpu: 1, turns: Number.NaN });
    expect(vitals.turnsPerSecond).toBe(0);
  });
});
