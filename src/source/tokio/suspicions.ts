/** What is told of tasks, as the recording wants it. */
import {
  type FutureSizeSuspicion,
  type LostWakerSuspicion,
  type Place,
  type PollRateSuspicion,
  type SelfWakesSuspicion,
  type StuckPollSuspicion,
  UNSEEN_STATE,
} from '../../model/recording.ts';

/** Which task, and when. */
export interface Told {
  id: string;
  at: number;
  since: number;
  task: number;
  unit: number;
  place: Place | null;
}

/** The stream knows where a task was spawned, and nothing of what it is made of. */
function base(told: Told) {
  return {
    ...told,
    at: Math.max(0, Math.round(told.at)),
    since: Math.max(0, Math.round(told.since)),
    chain: [],
    attribution: 'task-type' as const,
    state: UNSEEN_STATE,
  };
}

type Own<Suspicion> = Omit<Suspicion, keyof ReturnType<typeof base> | 'kind'>;

export const pollRate = (told: Told, own: Own<PollRateSuspicion>): PollRateSuspicion => ({
  kind: 'poll-rate',
  ...base(told),
  ...own,
});

export const stuckPoll = (told: Told, own: Own<StuckPollSuspicion>): StuckPollSuspicion => ({
  kind: 'stuck-poll',
  ...base(told),
  ...own,
});

export const lostWaker = (told: Told): LostWakerSuspicion => ({
  kind: 'lost-waker',
  ...base(told),
  how: 'dropped',
  isAwaited: false,
});

export const selfWakes = (told: Told, own: Own<SelfWakesSuspicion>): SelfWakesSuspicion => ({
  kind: 'self-wakes',
  ...base(told),
  ...own,
});

export const futureSize = (told: Told, own: Own<FutureSizeSuspicion>): FutureSizeSuspicion => ({
  kind: 'future-size',
  ...base(told),
  ...own,
});
