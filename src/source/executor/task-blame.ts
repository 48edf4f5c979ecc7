/** Whom the stacks of an investigation blame, and where methods of objects are written. */
import type { Layer, Place } from '../../model/recording.ts';
import type { Frame } from '../../trace/call-sites.ts';
import { type AnyFunction, type LayerNode, pollMethodsOf } from '../../trace/object-graph.ts';
import { unwrapped } from '../../trace/wrapped.ts';
import { type Blame, blameFromFrames, blameOutside, chainThrough } from './blame.ts';
import type { Investigation, WakeStack } from './investigation.ts';
import type { SuspicionHost } from './suspicion-host.ts';
import type { TaskRow } from './task-row.ts';
import { typeNameOf } from './unit-table.ts';

export class TaskBlame {
  readonly #host: SuspicionHost;

  constructor(host: SuspicionHost) {
    this.#host = host;
  }

  /** The most frequent stack's verdict; where no stack tells, the task's type. */
  of(investigation: Investigation): Blame {
    const { stacks, kind } = investigation;
    // Of a ring all are to blame alike; it is told from its first member on.
    const [first] = [...investigation.members].sort((a, b) => a.id - b.id);
    const ofFirst = stacks.filter(({ polled }) => polled === first?.future);
    const told = kind === 'cycle' && ofFirst.length > 0 ? ofFirst : stacks;
    return this.#fromStacks(told, investigation) ?? this.#ofTask(investigation);
  }

  /** Where a member of a ring wakes another; where nothing was seen of it, its poll method. */
  placeOf(member: TaskRow, investigation: Investigation): Place | null {
    const stacks = investigation.stacks.filter(({ polled }) => polled === member.future);
    return (
      this.#fromStacks(stacks, investigation)?.place ?? this.methodPlace(member.future, 'poll')
    );
  }

  /** One stack, taken while a future was polled. */
  ofFrames(frames: readonly Frame[], layers: readonly LayerNode[]): Blame | null {
    return blameFromFrames(frames, layers, this.#host.mapper);
  }

  /** Where a poll method of an object is written. */
  methodPlace(object: object, preferred: string): Place | null {
    const names = pollMethodsOf(object);
    const functionName = names.includes(preferred) ? preferred : (names[0] ?? null);
    const fn = functionName === null ? null : methodOf(object, functionName);
    const at = fn === null ? null : this.#host.hidden.locationOf(fn);
    if (!at) return null;
    const typeName = typeNameOf(object);
    const frame = { ...at, functionName, methodName: functionName, typeName, isToplevel: false };
    return this.#host.mapper.place(frame);
  }

  #fromStacks(stacks: readonly WakeStack[], investigation: Investigation): Blame | null {
    const { mapper, hidden } = this.#host;
    const counted = new Map<string, { stack: WakeStack; count: number }>();
    for (const stack of stacks) {
      const key = stack.frames.map((f) => `${f.url}:${f.line}:${f.column}`).join('\n');
      const known = counted.get(key);
      if (known) known.count += 1;
      else counted.set(key, { stack, count: 1 });
    }
    for (const { stack } of [...counted.values()].sort((a, b) => b.count - a.count)) {
      const { frames, polled } = stack;
      const blame =
        polled === null
          ? blameOutside(frames, investigation.layers(), mapper, hidden)
          : blameFromFrames(frames, investigation.layersOf(polled), mapper);
      if (blame) return blame;
    }
    return null;
  }

  #ofTask(investigation: Investigation): Blame {
    const { row } = investigation;
    const layers = investigation.layers();
    const root = layers[0];
    const name = typeNameOf(row.future) ?? this.#host.units.nameOf(row.unit);
    const chain: Layer[] = root
      ? chainThrough(root, layers)
      : [{ name, unit: row.unit, place: null, isGuilty: true }];
    return { name, place: this.methodPlace(row.future, 'poll'), chain, node: root ?? null };
  }
}

/** The program's own method, also while one of this package's stands in front of it. */
export function methodOf(object: object, name: string): AnyFunction | null {
  const fn: unknown = (object as Record<string, unknown>)[name];
  return typeof fn === 'function' ? unwrapped(fn as AnyFunction) : null;
}
