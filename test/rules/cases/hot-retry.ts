import {
  calmSegment,
  hardlyProbed,
  loopSuspicion,
  probed,
  silentSegment,
  state,
} from '../calm-segment.ts';
import type { LoopSuspicion } from '../../../src/model/recording.ts';
import type { RuleCases } from '../rule-cases.ts';

const counting = (path: string) => state('counters', { moved: [{ path, as: 'counter' }] });

const answered = (count: number, fresh: number) => ({
  sent: { count, fresh: 1 },
  received: { count, fresh },
});

const retry = (changes: Partial<LoopSuspicion> = {}) =>
  loopSuspicion({ via: 'io', perSecond: 50, ...changes });

const partly = (as: string) =>
  state('counters', { isComplete: false, moved: [{ path: 'frame.seen', as }] });

const started = (count: number, fresh: number) => ({
  sent: { count, fresh },
  received: { count: 0, fresh: 0 },
});

const respawn = (changes: Partial<LoopSuspicion> = {}) =>
  retry({
    perSecond: 12,
    birthsPerSecond: 4,
    exchange: started(4, 1),
    state: state('counters', { samples: 9, moved: [{ path: 'frame.starts', as: 'counter' }] }),
    ...changes,
  });

export const hotRetryCases: RuleCases = {
  ok: [
    { name: 'a thread that was watched and had no loop', segment: probed() },
    { name: 'a calm segment', segment: calmSegment() },
    { name: 'a retry with a delay', segment: probed(retry({ perSecond: 49 })) },
    {
      name: 'a supervisor that waits before it starts anew',
      segment: probed(retry({ perSecond: 49, birthsPerSecond: 2.9 })),
    },
    { name: 'requests that bring something', segment: probed(retry({ state: state('progress') })) },
    { name: 'a loop without any request', segment: probed(loopSuspicion()) },
    {
      name: 'a retry behind a timer, which another rule judges',
      segment: probed(retry({ via: 'timer' })),
    },
    {
      name: 'what never left its callback, which another rule judges',
      segment: probed(retry({ isInsideOneRun: true })),
    },
    {
      name: 'a timer with a delay that none can have, which another rule judges',
      segment: probed(retry({ oddDelay: 'NaN' })),
    },
  ],
  found: [
    {
      name: 'the same request again at once, and the whole state stands still',
      segment: probed(retry()),
      messageId: 'retry',
      confidence: 'proven',
      evidence: { perSecond: 50, cpu: 99, loopShare: 97, duration: 1000, state: 'same' },
    },
    {
      name: 'a stream’s source that asks again at once',
      segment: probed(retry({ isSource: true })),
      messageId: 'retry',
      confidence: 'proven',
    },
    {
      name: 'while it counts its tries, each of which fails',
      segment: probed(retry({ fails: true, state: counting('frame.tries') })),
      messageId: 'retry',
      confidence: 'likely',
    },
    {
      name: 'while it counts what succeeds, which may be what it is for',
      segment: probed(retry({ bringsData: true, state: counting('frame.seen') })),
      messageId: 'retry',
      confidence: 'possible',
    },
    {
      name: 'while it counts requests that bring no data',
      segment: probed(retry({ state: counting('frame.seen') })),
      messageId: 'retry',
      confidence: 'likely',
    },
    {
      name: 'while it counts requests whose answers are not seen',
      segment: probed(retry({ exchange: started(4, 1), state: counting('frame.seen') })),
      messageId: 'retry',
      confidence: 'possible',
    },
    {
      name: 'a process that is started again as soon as it has ended',
      segment: probed(retry({ perSecond: 12, birthsPerSecond: 3 })),
      messageId: 'respawn',
      confidence: 'proven',
      evidence: { birthsPerSecond: 3 },
    },
    {
      name: 'the same process again, while the starts are counted',
      segment: probed(respawn()),
      messageId: 'respawn',
      confidence: 'likely',
    },
    {
      name: 'some processes that differ, while they are counted',
      segment: probed(respawn({ exchange: started(4, 2) })),
      messageId: 'respawn',
      confidence: 'possible',
    },
    {
      name: 'the same process again, and not all state was walked',
      segment: probed(respawn({ state: state('counters', { samples: 9, isComplete: false }) })),
      messageId: 'respawn',
      confidence: 'possible',
    },
    {
      name: 'what is sent again and again, too few samples of a state that counts',
      segment: probed(respawn({ birthsPerSecond: 0, perSecond: 50 })),
      messageId: 'retry',
      confidence: 'possible',
    },
    {
      name: 'while it counts answers that are all the same',
      segment: probed(retry({ exchange: answered(4, 1), state: counting('frame.seen') })),
      messageId: 'retry',
      confidence: 'likely',
      evidence: { answers: 4, newAnswers: 1 },
    },
    {
      name: 'the same request, answered the same, and not all state was walked',
      segment: probed(retry({ exchange: answered(4, 1), state: partly('counter') })),
      messageId: 'retry',
      confidence: 'likely',
    },
    {
      name: 'requests that differ, answered the same, and not all state was walked',
      segment: probed(
        retry({
          exchange: { sent: { count: 4, fresh: 2 }, received: { count: 4, fresh: 1 } },
          state: partly('counter'),
          traces: 1,
        }),
      ),
      messageId: 'retry',
      confidence: 'possible',
    },
    {
      name: 'answered the same, while fractions move',
      segment: probed(retry({ exchange: answered(4, 1), state: partly('jitter') })),
      messageId: 'retry',
      confidence: 'possible',
    },
    {
      name: 'while it counts answers, too few of them to tell',
      segment: probed(retry({ exchange: answered(3, 1), state: counting('frame.seen') })),
      messageId: 'retry',
      confidence: 'possible',
    },
    {
      name: 'while it counts answers, some of which are new',
      segment: probed(retry({ exchange: answered(8, 3), state: counting('frame.seen') })),
      messageId: 'retry',
      confidence: 'possible',
    },
    {
      name: 'while nothing but the bytes of its socket are counted',
      segment: probed(retry({ state: counting('frame.res.socket.bytesRead') })),
      messageId: 'retry',
      confidence: 'likely',
    },
  ],
  notEnough: [
    { name: 'a thread that was hardly watched', segment: hardlyProbed() },
    { name: 'no poll was seen', segment: silentSegment() },
  ],
};
