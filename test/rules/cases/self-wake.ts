import {
  calmSegment,
  selfWakeSuspicion as spin,
  silentSegment,
  state,
  suspicious,
  windows,
} from '../calm-segment.ts';
import type { RuleCases } from '../rule-cases.ts';

/** A streak that something interrupts before it is full. */
const broken = spin({ streak: 400 });
const atRate = (...each: Parameters<typeof windows>) => ({
  ...suspicious(broken),
  windows: windows(...each),
});

export const selfWakeCases: RuleCases = {
  ok: [
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
  ],
  found: [
    {
      name: 'the streak, and the whole state stands still',
      segment: suspicious(spin()),
      messageId: 'selfWake',
      confidence: 'proven',
      evidence: { streak: 1000, meanPoll: 2, state: 'same', stateSamples: 12 },
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
  ],
  notEnough: [{ name: 'no poll was seen', segment: silentSegment() }],
};
