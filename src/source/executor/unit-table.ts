/**
 * Units of this thread and their rows of counters. Rows lie in one block of shared memory;
 * when it is full, further units share the last row, and are counted as dropped.
 */
import { COUNTER_NAMES, type Counters } from '../../model/counters.ts';
import type { Place, Unit, UnitKind } from '../../model/recording.ts';
import type { Frame } from '../../trace/call-sites.ts';

/** Counters per row, with room to append. */
export const ROW_SIZE = 32;
/** Units that get a row of their own. */
const MAX_UNITS = 2048;

export class UnitTable {
  /** All rows; unit `id` starts at `id * ROW_SIZE`. Row 0 is unused. */
  readonly rows = new Float64Array(new SharedArrayBuffer(MAX_UNITS * ROW_SIZE * 8));
  readonly units: Unit[] = [];
  /** Units that found no row of their own. */
  dropped = 0;
  readonly #byName = new Map<string, Unit>();
  readonly #byClass = new WeakMap<object, Unit>();

  /** The unit of that kind and name; made when it is new. */
  named(kind: UnitKind, name: string, place: Place | null = null): Unit {
    const mapKey = `${kind}|${name}`;
    const known = this.#byName.get(mapKey);
    if (known) {
      if (known.place === null && place !== null) known.place = place;
      return known;
    }
    const isFull = this.units.length >= MAX_UNITS - 2;
    if (isFull) this.dropped += 1;
    const unit: Unit = {
      id: isFull ? MAX_UNITS - 1 : this.units.length + 1,
      kind,
      name: isFull ? '(further types)' : name,
      place,
      key: `${kind}|${name}`,
    };
    if (isFull && this.units.at(-1)?.id === unit.id) return this.units.at(-1)!;
    this.units.push(unit);
    this.#byName.set(mapKey, unit);
    return unit;
  }

  /** The unit of a future: by class, or by the name that the future gives itself. */
  ofFuture(future: object, fallback: () => string): Unit {
    const given = givenName(future);
    if (given !== null) return this.named('future', given === '' ? fallback() : given);
    const make: unknown = (future as { constructor?: unknown }).constructor;
    if (typeof make !== 'function' || make === Object || make.name === '') {
      return this.named('future', fallback());
    }
    const known = this.#byClass.get(make);
    if (known) return known;
    const unit = this.named('future', make.name);
    this.#byClass.set(make, unit);
    return unit;
  }

  nameOf(id: number): string {
    return this.units.find((unit) => unit.id === id)?.name ?? 'future';
  }

  counters(unit: Unit): Counters {
    const base = unit.id * ROW_SIZE;
    return Object.fromEntries(
      COUNTER_NAMES.map((name, i) => [name, this.rows[base + i]!]),
    ) as Counters;
  }
}

const TYPE_NAME = Symbol.for('selfwake.typeName');

/** The name a future gives itself under the core's `typeName` mark; empty if it has none, null if unmarked. */
function givenName(future: object): string | null {
  const name = (future as Record<symbol, unknown>)[TYPE_NAME];
  return typeof name === 'string' ? name : null;
}

/** What a type is called in output: its own name for itself, its class, or null. */
export function typeNameOf(value: object): string | null {
  const given = givenName(value);
  if (given !== null) return given === '' ? null : given;
  const make: unknown = (value as { constructor?: unknown }).constructor;
  return typeof make === 'function' && make !== Object && make.name !== '' ? make.name : null;
}

/** What a future without a name of any kind is called: after the place where it was handed over. */
export function nameByPlace(frame: Frame | null): string {
  return frame === null ? 'future' : `future@${frame.url.replace(/^.*[\\/]/, '')}:${frame.line}`;
}
