/** Puts what was learned into suspicions: evidence with numbers, which rules judge. */
import type {
  CycleSuspicion,
  EmptyReadySuspicion,
  Place,
  SelfWakeSuspicion,
  StateComparison,
} from '../../model/recording.ts';
import type { Frame } from '../../trace/call-sites.ts';
import { type Blame, chainThrough, withoutCore } from './blame.ts';
import type { FruitlessLayer } from './fruitless-watch.ts';
import type { Investigation } from './investigation.ts';
import type { TapOperation } from './layer-tap.ts';
import type { SuspicionHost } from './suspicion-host.ts';
import { methodOf, TaskBlame } from './task-blame.ts';
import type { TaskRow } from './task-row.ts';
import { typeNameOf } from './unit-table.ts';

const METHOD_OF: Readonly<Record<TapOperation, string>> = {
  poll: 'poll',
  read: 'pollRead',
  write: 'pollWrite',
  fill: 'pollFillBuf',
  next: 'pollNext',
};

export class Suspicions {
  readonly #host: SuspicionHost;
  readonly #blame: TaskBlame;

  constructor(host: SuspicionHost) {
    this.#host = host;
    this.#blame = new TaskBlame(host);
  }

  selfWake(
    investigation: Investigation,
    streak: number,
    state: StateComparison,
  ): SelfWakeSuspicion {
    const { row, kind, episode } = investigation;
    return {
      kind: 'self-wake',
      id: `self-wake:${row.id}:${episode}`,
      ...this.#base(investigation, this.#blame.of(investigation), state),
      via: kind === 'yield' ? 'yield' : kind === 'armed' ? (row.armedVia ?? 'waker') : 'waker',
      streak,
      meanPollNs: meanPollNs([row]),
    };
  }

  cycle(investigation: Investigation, hops: number, state: StateComparison): CycleSuspicion {
    const members = [...investigation.members].sort((a, b) => a.id - b.id);
    const ids = members.map(({ id }) => id);
    return {
      kind: 'cycle',
      id: `cycle:${ids.join('-')}:${investigation.episode}`,
      ...this.#base(investigation, this.#blame.of(investigation), state),
      task: ids[0]!,
      hops,
      meanPollNs: meanPollNs(members),
      members: members.map((member) => ({
        task: member.id,
        unit: member.unit,
        place: this.#blame.placeOf(member, investigation),
        wakes: member.wokenByCount,
      })),
    };
  }

  /** A layer that answered fruitlessly, from poll to poll or within one. */
  emptyReady(
    investigation: Investigation,
    worst: FruitlessLayer,
    { streak, state, isInsideOnePoll }: EmptyReadyEvidence,
  ): EmptyReadySuspicion {
    const { row } = investigation;
    const { object } = worst.node;
    const name = typeNameOf(object) ?? '(object)';
    const method = METHOD_OF[worst.operation];
    const layers = investigation.layers();
    const node = layers.find((layer) => layer.object === object) ?? worst.node;
    const elapsedMs = Math.max(this.#host.nowMs() - investigation.lookedAtMs, 0.001);
    const perPoll = worst.inARow / Math.max(worst.polls, 1);
    const answers = isInsideOnePoll
      ? worst.inARow
      : perPoll * (row.polls - investigation.lookedAtPolls);
    // What this package's own layers answer is right; who asks them again is at fault.
    const caller = this.#isOwn(object, method)
      ? this.#blame.ofFrames(withoutCore(worst.frames), layers)
      : null;
    const place = caller?.place ?? this.#thrownAt(worst) ?? this.#blame.methodPlace(object, method);
    const blame: Blame = { name, place, chain: chainThrough(node, layers), node };
    return {
      kind: 'empty-ready',
      id: `empty-ready:${row.id}:${name}:${worst.operation}`,
      ...this.#base(investigation, blame, state),
      attribution: 'tap',
      operation: worst.operation === 'poll' ? 'next' : worst.operation,
      streak: Math.max(streak, worst.inARow),
      isInsideOnePoll,
      perSecond: Math.round((answers * 1000) / elapsedMs),
    };
  }

  /** Nobody's object could be tapped: the deepest poll frame that touched a buffer is named. */
  unseenReader(
    investigation: Investigation,
    stacks: readonly Frame[][],
    reads: number,
    state: StateComparison,
  ): EmptyReadySuspicion | null {
    const { row } = investigation;
    const [deepest] = stacks
      .map((frames) => this.#blame.ofFrames(frames, investigation.layers()))
      .filter((blame): blame is Blame => blame !== null)
      .sort((a, b) => b.chain.length - a.chain.length);
    if (!deepest) return null;
    const elapsedMs = Math.max(this.#host.nowMs() - investigation.sinceMs, 1);
    return {
      kind: 'empty-ready',
      id: `empty-ready:${row.id}:${deepest.name}:read`,
      ...this.#base(investigation, deepest, state),
      attribution: 'call-sites',
      operation: 'read',
      streak: reads,
      isInsideOnePoll: true,
      perSecond: Math.round((reads * 1000) / elapsedMs),
    };
  }

  #base(investigation: Investigation, blame: Blame, state: StateComparison) {
    const unit = this.#host.units.named('future', blame.name, blame.place);
    return {
      at: this.#host.nowNs(),
      since: this.#host.nsOf(investigation.sinceMs),
      task: investigation.row.id,
      unit: unit.id,
      place: blame.place,
      chain: blame.chain.map((layer) =>
        layer.isGuilty ? { ...layer, unit: unit.id, place: layer.place ?? blame.place } : layer,
      ),
      attribution:
        investigation.stacks.length > 0 ? ('call-sites' as const) : ('task-type' as const),
      state,
    };
  }

  #thrownAt({ thrownAt }: FruitlessLayer): Place | null {
    if (thrownAt === null) return null;
    const { mapper } = this.#host;
    const { frame, isMapped } = thrownAt;
    return isMapped ? mapper.placeAsPrinted(frame) : mapper.place(frame);
  }

  #isOwn(object: object, method: string): boolean {
    const fn = methodOf(object, method);
    return fn !== null && this.#host.isForeign(fn);
  }
}

export interface EmptyReadyEvidence {
  streak: number;
  state: StateComparison;
  isInsideOnePoll: boolean;
}

function meanPollNs(rows: readonly TaskRow[]): number {
  let busyNs = 0;
  let polls = 0;
  for (const row of rows) {
    busyNs += row.busyNs;
    polls += row.timedPolls;
  }
  return polls === 0 ? 0 : Math.round(busyNs / polls);
}
