/** What must not change a verdict: names, ids, the order of lines, one more layer around. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../src/analysis/judge.ts';
import type {
  Layer,
  Place,
  Recording,
  Segment,
  StateComparison,
  Suspicion,
  Unit,
} from '../../src/model/recording.ts';
import {
  calmSegment,
  cycleSuspicion,
  emptyReadySuspicion,
  lostWakerSuspicion,
  pollAfterReadySuspicion,
  recordingOf,
  selfWakeSuspicion,
  state,
  stuckPollSuspicion,
} from '../rules/calm-segment.ts';

const verdicts = ['same', 'recurring', 'counters', 'progress', 'unseen'] as const;

const traits = fc.record({
  kind: fc.constantFrom('self-wake', 'yield', 'empty', 'inside', 'cycle', 'stuck', 'lost', 'again'),
  task: fc.integer({ min: 1, max: 4 }),
  unit: fc.integer({ min: 1, max: 4 }),
  line: fc.integer({ min: 1, max: 3 }),
  amount: fc.constantFrom(10, 999, 1000, 25_000),
  sinceMs: fc.integer({ min: 0, max: 500 }),
  verdict: fc.constantFrom<StateComparison['verdict']>(...verdicts),
  isComplete: fc.boolean(),
});

type Traits = typeof traits extends fc.Arbitrary<infer Value> ? Value : never;

/** Each suspicion has an end of its own, so that no two are alike in everything. */
function suspicionOf(each: Traits, index: number): Suspicion {
  const { amount } = each;
  const place = { file: 'a.ts', line: each.line, column: 1, functionName: 'poll' };
  const base = {
    id: `s${index}`,
    since: each.sinceMs * 1_000_000,
    at: 1_000_000_000 + index,
    task: each.task,
    unit: each.unit,
    place,
    chain: [{ name: 'Outer', unit: each.unit, place, isGuilty: true }],
    state: state(each.verdict, { isComplete: each.isComplete }),
  };
  switch (each.kind) {
    case 'self-wake':
      return selfWakeSuspicion({ ...base, streak: amount });
    case 'yield':
      return selfWakeSuspicion({ ...base, via: 'yield', streak: amount });
    case 'empty':
      return emptyReadySuspicion({ ...base, streak: amount });
    case 'inside':
      return emptyReadySuspicion({ ...base, streak: amount, isInsideOnePoll: true });
    case 'stuck':
      return stuckPollSuspicion({ ...base, forMs: amount });
    case 'lost':
      return lostWakerSuspicion({ ...base, isAwaited: each.isComplete });
    case 'again':
      return pollAfterReadySuspicion({ ...base, count: amount });
    case 'cycle': {
      const other = (each.task % 4) + 1;
      const members = [each.task, other].map((task) => ({
        task,
        unit: task,
        place,
        wakes: amount,
      }));
      return cycleSuspicion({ ...base, hops: amount, members });
    }
  }
}

const units = (changed: (unit: Unit) => Unit) =>
  new Map(
    [1, 2, 3, 4].map((id) => {
      const name = `Unit${id}`;
      const unit = changed({ id, kind: 'future', name, place: null, key: `future|${name}||` });
      return [unit.id, unit] as const;
    }),
  );

function segmentOf(suspicions: readonly Suspicion[], changed = (unit: Unit) => unit): Segment {
  const byId = new Map(suspicions.map((each) => [each.id, each] as const));
  return calmSegment({ suspicions: byId, units: units(changed), liveTasks: 4 });
}

const arbitrarySuspicions = fc
  .array(traits, { minLength: 1, maxLength: 8 })
  .map((all) => all.map(suspicionOf));

/** All that a verdict says but names and places, in an order that does not depend on those. */
function essence(recording: Recording): string[] {
  const { verdict, findings } = judge(recording);
  const told = findings.map(({ rule, level, confidence, messageId, evidence, since }) =>
    JSON.stringify({ rule, level, confidence, messageId, evidence, since }),
  );
  return [verdict, ...told.sort()];
}

function expectSame(change: (suspicions: Suspicion[]) => Segment): void {
  fc.assert(
    fc.property(arbitrarySuspicions, (suspicions) => {
      const before = essence(recordingOf(segmentOf(suspicions)));
      expect(essence(recordingOf(change(suspicions)))).toEqual(before);
    }),
    { numRuns: 300 },
  );
}

describe('the verdict stays when', () => {
  it('units, files and functions are renamed', () => {
    const renamed = (place: Place | null): Place | null =>
      place && { ...place, file: `dist/bundle.js`, functionName: 'x' };
    expectSame((suspicions) =>
      segmentOf(
        suspicions.map((each) => ({ ...each, place: renamed(each.place) })),
        (unit) => ({ ...unit, name: `m${9 - unit.id}`, key: `future|m${9 - unit.id}||` }),
      ),
    );
  });

  it('tasks and units have other ids', () => {
    const task = (id: number) => 1000 - id;
    const unit = (id: number) => 77 + ((id * 3) % 11);
    expectSame((suspicions) =>
      segmentOf(
        suspicions.map((each): Suspicion => {
          const moved = { ...each, task: each.task && task(each.task), unit: unit(each.unit) };
          if (moved.kind !== 'cycle') return moved;
          const members = moved.members.map((member) => ({
            ...member,
            task: task(member.task),
            unit: unit(member.unit),
          }));
          return { ...moved, members };
        }),
        (known) => ({ ...known, id: unit(known.id) }),
      ),
    );
  });

  it('suspicions come in another order', () => {
    expectSame((suspicions) => segmentOf(suspicions.toReversed()));
  });

  it('one more layer is wrapped around', () => {
    const wrapper: Layer = { name: 'Wrapper', unit: null, place: null, isGuilty: false };
    expectSame((suspicions) =>
      segmentOf(suspicions.map((each) => ({ ...each, chain: [wrapper, ...each.chain] }))),
    );
  });

  it('everything happens later', () => {
    fc.assert(
      fc.property(arbitrarySuspicions, fc.nat(), (suspicions, laterNs) => {
        const shifted = suspicions.map((each) => ({
          ...each,
          since: each.since + laterNs,
          at: each.at + laterNs,
        }));
        const withoutSince = (told: string[]) => told.map((one) => one.replace(/"since":\d+/, ''));
        expect(withoutSince(essence(recordingOf(segmentOf(shifted)))).sort()).toEqual(
          withoutSince(essence(recordingOf(segmentOf(suspicions)))).sort(),
        );
      }),
    );
  });

  it('the same run is judged twice', () => {
    fc.assert(
      fc.property(arbitrarySuspicions, (suspicions) => {
        const recording = recordingOf(segmentOf(suspicions));
        expect(judge(recording)).toEqual(judge(recording));
      }),
    );
  });
});

describe('progress that was seen', () => {
  it('leaves no finding of any kind of loop, however long a poll may last', () => {
    fc.assert(
      fc.property(arbitrarySuspicions, (suspicions) => {
        const loops = suspicions.filter(
          ({ kind }) => kind !== 'lost-waker' && kind !== 'poll-after-ready',
        );
        const working = loops.map((each) => ({ ...each, state: state('progress') }));
        const { findings } = judge(recordingOf(segmentOf(working)), {
          rules: { 'never-yields': 'off' },
        });
        expect(findings).toEqual([]);
      }),
    );
  });
});

describe('a lower threshold', () => {
  it('never finds less', () => {
    fc.assert(
      fc.property(arbitrarySuspicions, (suspicions) => {
        const recording = recordingOf(segmentOf(suspicions));
        const thresholds = { 'self-wake': { streak: 10 }, 'wake-cycle': { hops: 10 } };
        const strict = judge(recording, { thresholds }).verdict;
        if (judge(recording).verdict === 'found') expect(strict).toBe('found');
      }),
    );
  });
});
