import {
  calmSegment,
  counted,
  hardlyProbed,
  loopSuspicion as loop,
  probed,
  selfWakeSuspicion as spin,
  silentSegment,
  state,
  suspicious,
  TIMERS,
  windows,
  CHECK,
} from '../calm-segment.ts';
import type { Place } from '../../../src/model/recording.ts';
import type { RuleCases } from '../rule-cases.ts';
import { rate, rateCases } from './rate-cases.ts';
import { wakingCases } from './stack-cases.ts';

const stacks = wakingCases('self-wake', 'other-wake');

/** A streak that something interrupts before it is full. */
const broken = spin({ streak: 400 });
const atRate = (...each: Parameters<typeof windows>) => ({
  ...suspicious(broken),
  windows: windows(...each),
});

const member = (unit: number, place: Place | null) =>
  ({ unit, place, wakes: 450, via: 'promise' }) as const;
const moved = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ path: `n${n}`, as: 'counter' }));
const twoFunctions = [member(1, CHECK), member(2, { ...CHECK, functionName: 'ask' })];
const oneAmongNodes = [member(1, CHECK), member(2, TIMERS), member(3, null)];

/** What was seen to move, and whether all was walked. */
const moving = (as: string, isComplete: boolean) =>
  state('counters', { isComplete, moved: [{ path: 'frame.n', as }] });

const bounds = { tinyPollNs: 20_000, idleShare: 0.2 };
const own = rateCases({ via: 'self' }, bounds);
const deferred = rateCases({ via: 'deferred' }, { ...bounds, tinyPollNs: 100_000 });

export const selfWakeCases: RuleCases = {
  ok: [
    ...own.refused,
    ...deferred.refused,
    {
      name: 'counted by a console: most wakes from outside',
      segment: rate({ selfShare: 0.894 }),
    },
    { name: 'counted by a console: no wake of its own', segment: rate({ selfShare: 0 }) },
    {
      name: 'counted by a console: tasks that wake each other',
      segment: rate({}, { via: 'others' }),
    },
    ...stacks.ok,
    { name: 'a calm segment', segment: calmSegment() },
    { name: 'one poll short of the streak', segment: suspicious(spin({ streak: 999 })) },
    { name: 'a long streak that works', segment: suspicious(spin({ state: state('progress') })) },
    { name: 'polls that compute', segment: suspicious(spin({ meanPollNs: 1_001_000 })) },
    {
      name: 'yields, one short of the streak',
      segment: suspicious(spin({ via: 'yield', streak: 19_999 })),
    },
    {
      name: 'yields whose state was not seen',
      segment: suspicious(spin({ via: 'yield', streak: 1e6, state: state('unseen') })),
    },
    {
      name: 'yields between pieces of work',
      segment: suspicious(spin({ via: 'yield', streak: 1e6, state: state('progress') })),
    },
    {
      name: 'yields between long polls',
      segment: suspicious(spin({ via: 'yield', streak: 1e6, meanPollNs: 1_001_000 })),
    },
    { name: 'no window at all', segment: suspicious(broken) },
    {
      name: 'a broken streak of no known task',
      segment: suspicious(spin({ streak: 400, task: null })),
    },
    { name: 'the rate, one window short', segment: atRate({}, {}) },
    {
      name: 'the rate with a slower window within',
      segment: atRate({}, {}, { barrenPolls: 199 }, {}),
    },
    {
      name: 'half of the polls barren, as a set of futures does',
      segment: atRate(...Array<object>(9).fill({ polls: 100_000, barrenPolls: 50_000 })),
    },
    {
      name: 'a share just below',
      segment: atRate(...Array<object>(3).fill({ polls: 100_000, barrenPolls: 89_500 })),
    },
    {
      name: 'the rate in windows that do not follow each other',
      segment: atRate({}, {}, { fromNs: 3e9, toNs: 4e9 }),
    },
    {
      name: 'windows without a poll',
      segment: atRate(...Array<object>(3).fill({ polls: 0, barrenPolls: 0 })),
      thresholds: { perSecond: 0 },
    },
    { name: 'a thread that was watched and had no loop', segment: probed() },
    { name: 'one watched just long enough', segment: { ...probed(), watchedNs: 300_000_000 } },
    { name: 'a loop that takes little', segment: probed(loop({ cpuShare: 0.195 })) },
    { name: 'a loop that works', segment: probed(loop({ state: state('progress') })) },
    {
      name: 'loops that other rules judge',
      segment: probed(
        loop({ id: 'inside', isInsideOneRun: true }),
        loop({ id: 'timer', via: 'timer' }),
        loop({ id: 'odd', oddDelay: 'NaN' }),
        loop({ id: 'io', via: 'io' }),
        loop({ id: 'source', isSource: true }),
        loop({ id: 'cycle', members: twoFunctions }),
      ),
    },
  ],
  found: [
    {
      name: 'a loop in a test, which is named',
      segment: probed(loop({ test: 'suite > waits' })),
      messageId: 'loop',
      confidence: 'proven',
    },
    {
      name: 'a spin that began in a test',
      segment: suspicious(spin({ test: 'reads to the end' })),
      messageId: 'selfWake',
      confidence: 'proven',
    },
    ...own.taken.map((each) => ({
      ...each,
      messageId: 'counted',
      confidence: 'likely' as const,
    })),
    {
      name: 'counted by a console: just enough wakes of its own',
      segment: rate({ selfShare: 0.9 }),
      messageId: 'counted',
      confidence: 'likely',
      evidence: { windows: 3, perSecond: 500_000, meanPoll: 1.2, idle: 0, share: 0.9 },
    },
    ...deferred.taken.map((each) => ({
      ...each,
      messageId: 'deferred',
      confidence: 'possible' as const,
    })),
    {
      name: 'the root of an executor that nothing feeds',
      segment: rate({}, { via: 'unseen' }),
      messageId: 'root',
      confidence: 'likely',
      level: 'warning',
    },
    {
      name: 'the root of an executor beside busy tasks',
      segment: rate({}, { via: 'unseen', hasCompany: true }),
      messageId: 'root',
      confidence: 'possible',
      level: 'warning',
    },
    ...stacks.found,
    {
      name: 'the streak, and the whole state stands still',
      segment: suspicious(spin()),
      messageId: 'selfWake',
      confidence: 'proven',
      evidence: { streak: 1000, meanPoll: 2, state: 'same', stateSamples: 16 },
    },
    {
      name: 'polls of just a millisecond',
      segment: suspicious(spin({ meanPollNs: 1_000_000 })),
      messageId: 'selfWake',
      confidence: 'proven',
    },
    {
      name: 'a microtask that re-arms the task',
      segment: suspicious(spin({ via: 'microtask' })),
      messageId: 'selfWake',
      confidence: 'proven',
    },
    {
      name: 'recurring values',
      segment: suspicious(spin({ state: state('recurring') })),
      messageId: 'selfWake',
      confidence: 'proven',
    },
    {
      name: 'sameness of what could be walked',
      segment: suspicious(spin({ state: state('same', { isComplete: false }) })),
      messageId: 'selfWake',
      confidence: 'likely',
    },
    {
      name: 'counters',
      segment: suspicious(spin({ state: state('counters') })),
      messageId: 'selfWake',
      confidence: 'likely',
    },
    {
      name: 'an unseen state',
      segment: suspicious(spin({ state: state('unseen') })),
      messageId: 'selfWake',
      confidence: 'possible',
    },
    {
      name: 'the rate, in just enough windows',
      segment: atRate({}, {}, {}),
      messageId: 'rate',
      confidence: 'likely',
      evidence: { perSecond: 200, share: 1, windows: 3, streak: 400 },
    },
    {
      name: 'the rate at the least share, after a calmer window',
      segment: atRate(
        { barrenPolls: 10 },
        { polls: 10_000, barrenPolls: 9500 },
        { polls: 10_000, barrenPolls: 9000 },
        { polls: 5000, barrenPolls: 4800 },
      ),
      messageId: 'rate',
      confidence: 'likely',
      evidence: { perSecond: 4800, share: 0.9, windows: 3 },
    },
    {
      name: 'the longest run of windows, not the last',
      segment: atRate({}, {}, {}, {}, { barrenPolls: 0 }, {}, {}, {}),
      messageId: 'rate',
      confidence: 'likely',
      evidence: { windows: 4 },
    },
    {
      name: 'the rate with an unseen state',
      segment: {
        ...suspicious(spin({ streak: 400, state: state('unseen') })),
        windows: windows({}, {}, {}),
      },
      messageId: 'rate',
      confidence: 'possible',
    },
    {
      name: 'yields for nothing',
      segment: suspicious(spin({ via: 'yield', streak: 20_000 })),
      messageId: 'yields',
      confidence: 'likely',
      evidence: { yieldStreak: 20_000 },
    },
    {
      name: 'yields while only counters move',
      segment: suspicious(spin({ via: 'yield', streak: 20_000, state: state('counters') })),
      messageId: 'yields',
      confidence: 'possible',
    },
    {
      name: 'a function that makes itself run, and the whole state stands still',
      segment: probed(loop({ cpuShare: 0.2, traces: 1 })),
      messageId: 'loop',
      confidence: 'proven',
      evidence: { cpu: 0.2, eventLoop: 'turns', loopShare: 97, duration: 1000 },
    },
    {
      name: 'through promises alone, so that the event loop does not turn',
      segment: probed(loop({ via: 'promise', isStarving: true })),
      messageId: 'loop',
      confidence: 'proven',
      evidence: { eventLoop: 'starved' },
    },
    {
      name: 'through functions of Node, whose part in it is no other’s',
      segment: probed(loop({ members: oneAmongNodes })),
      messageId: 'loop',
      confidence: 'proven',
    },
    {
      name: 'the same in part',
      segment: probed(loop({ state: state('recurring', { isComplete: false }) })),
      messageId: 'loop',
      confidence: 'likely',
      evidence: { state: 'recurring', stateWalked: 'in part' },
    },
    {
      name: 'while counters move, seen twice',
      segment: probed(loop({ state: state('counters', { moved: moved(3) }) })),
      messageId: 'loop',
      confidence: 'likely',
      evidence: { traces: 2, moved: 'n0 (counter), n1 (counter), n2 (counter)' },
    },
    {
      name: 'while many counters move',
      segment: probed(loop({ state: state('counters', { moved: moved(4) }) })),
      messageId: 'loop',
      confidence: 'likely',
      evidence: { moved: 'n0 (counter), n1 (counter), n2 (counter), …' },
    },
    {
      name: 'while counters move, in runs of just less than a millisecond',
      segment: probed(loop({ state: state('counters'), meanRunMs: 0.99 })),
      messageId: 'loop',
      confidence: 'likely',
    },
    {
      name: 'while counters move, in runs that compute',
      segment: probed(loop({ state: state('counters'), meanRunMs: 1 })),
      messageId: 'loop',
      confidence: 'possible',
    },
    {
      name: 'while nothing moves, in runs that compute',
      segment: probed(loop({ meanRunMs: 1 })),
      messageId: 'loop',
      confidence: 'proven',
    },
    {
      name: 'while counters move in all that there is, seen once',
      segment: probed(loop({ state: moving('counter', true), traces: 1 })),
      messageId: 'loop',
      confidence: 'likely',
    },
    {
      name: 'while it only looks at clocks, seen once and in part',
      segment: probed(loop({ state: moving('clock', false), traces: 1 })),
      messageId: 'loop',
      confidence: 'possible',
    },
    {
      name: 'while it only looks at clocks, seen twice',
      segment: probed(loop({ state: moving('clock', false), traces: 2 })),
      messageId: 'loop',
      confidence: 'likely',
    },
    {
      name: 'while counters move in what was walked in part',
      segment: probed(loop({ state: moving('counter', false), traces: 2 })),
      messageId: 'loop',
      confidence: 'possible',
    },
    {
      name: 'the same, and it fails each time',
      segment: probed(loop({ state: moving('counter', false), fails: true, traces: 1 })),
      messageId: 'loop',
      confidence: 'likely',
    },
    {
      name: 'while fractions move about',
      segment: probed(loop({ state: moving('jitter', true), traces: 2 })),
      messageId: 'loop',
      confidence: 'possible',
    },
    {
      name: 'whose state was not seen',
      segment: probed(loop({ state: state('unseen') })),
      messageId: 'loop',
      confidence: 'possible',
    },
  ],
  notEnough: [
    { name: 'a console, for two seconds', segment: { ...counted(), watchedNs: 2_400_000_000 } },
    ...stacks.notEnough,
    { name: 'no poll was seen', segment: silentSegment() },
    { name: 'a thread that was hardly watched', segment: hardlyProbed() },
  ],
};
