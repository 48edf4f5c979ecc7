import { describe, expect, it } from 'vitest';
import { judge } from '../../src/analysis/judge.ts';
import type { Segment } from '../../src/model/recording.ts';
import {
  counted,
  hotPollsSuspicion,
  pollRateSuspicion,
  profiled,
  recordingOf,
} from '../rules/calm-segment.ts';

const layer = hotPollsSuspicion({
  chain: [{ name: 'Reader', unit: 1, place: null, isGuilty: true }],
});
const console = counted(pollRateSuspicion());
const stacks = profiled(layer);

const found = (...segments: Segment[]) =>
  judge(recordingOf(...segments)).findings.map(({ rule, attribution, task, chain, evidence }) => {
    const { perSecond, samples } = evidence;
    return { rule, attribution, task: task?.name, chain, seen: [perSecond?.value, samples?.value] };
  });

describe('a console and stacks', () => {
  it('of one process are one finding: the task of the one, the layer of the other', () => {
    expect(found(console, stacks)).toEqual([
      {
        rule: 'self-wake',
        attribution: 'stacks',
        task: 'conn',
        chain: layer.chain,
        seen: [500_000, 400],
      },
    ]);
  });

  it('of two processes are two', () => {
    const elsewhere = {
      ...stacks,
      info: { ...stacks.info, process: { ...stacks.info.process, pid: 8 } },
    };
    expect(found(console, elsewhere)).toHaveLength(2);
  });

  it('that know nothing of their process are two', () => {
    const unknown = (segment: Segment): Segment => {
      const process = { ...segment.info.process, pid: 0 };
      return { ...segment, info: { ...segment.info, process } };
    };
    expect(found(unknown(console), unknown(stacks))).toHaveLength(2);
  });

  it('that say each that it is possible say together that it is likely', () => {
    const deferred = counted(pollRateSuspicion({ via: 'deferred' }));
    const inside = { shape: 'inside', wakeShare: 0, wakesOfShape: 0, share: 1 } as const;
    const alone = profiled(hotPollsSuspicion({ ...inside, innerShare: 0.6, overheadShare: 0.1 }));
    const { findings } = judge(recordingOf(deferred, alone));
    expect(findings.map(({ rule, level }) => `${level} ${rule}`)).toEqual([
      'warning spin-inside-poll',
    ]);
  });

  it('a task out of budget, and the reader in it that gets nothing', () => {
    const deferred = counted(pollRateSuspicion({ via: 'deferred' }));
    const reader = profiled(hotPollsSuspicion({ shape: 'inside', samples: 1000, reads: 600 }));
    const { findings } = judge(recordingOf(deferred, reader));
    expect(findings.map(({ rule, level }) => `${level} ${rule}`)).toEqual([
      'error ready-without-progress',
    ]);
    expect(findings[0]?.task).not.toBeNull();
  });
});
