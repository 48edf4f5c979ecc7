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

/** Where a frame is in source text. Asked once per unit, not per future. */
export type PlaceOf = (frame: Frame) => Place;

export class UnitTable {
  /** All rows; unit `id` starts at `id * ROW_SIZE`. Row 0 is unused. */
  readonly rows = new Float64Array(new SharedArrayBuffer(MAX_UNITS * ROW_SIZE * 8));
  readonly units: Unit[] = [];
  /** Units that found no row of their own. */
  dropped = 0;
  readonly #placeOf: PlaceOf;
  readonly #byName = new Map<string, Unit>();
  readonly #byClass = new WeakMap<object, Unit>();
  /** Units without a name, by where they were handed over. */
  readonly #byFrame = new Map<string, Unit>();
  /** Units whose place is in their own code, and not only where they were first seen. */
  readonly #isPlaced = new Set<Unit>();

  constructor(placeOf: PlaceOf) {
    this.#placeOf = placeOf;
  }

  /** The unit of that kind and name; made when it is new. `place` is one in its own code. */
  named(kind: UnitKind, name: string, place: Place | null = null): Unit {
    const unit = this.#byName.get(`${kind}|${name}`) ?? this.#make(kind, name);
    if (place !== null && !this.#isPlaced.has(unit)) {
      this.#isPlaced.add(unit);
      this.#setPlace(unit, place);
    }
    return unit;
  }

  #setPlace(unit: Unit, place: Place): void {
    unit.place = place;
    unit.key = `${unit.kind}|${unit.name}|${place.file}|${place.functionName ?? ''}`;
  }

  #make(kind: UnitKind, name: string): Unit {
    const isFull = this.units.length >= MAX_UNITS - 2;
    if (isFull) this.dropped += 1;
    const unit: Unit = {
      id: isFull ? MAX_UNITS - 1 : this.units.length + 1,
      kind,
      name: isFull ? '(further types)' : name,
      place: null,
      key: `${kind}|${name}||`,
    };
    if (isFull && this.units.at(-1)?.id === unit.id) return this.units.at(-1)!;
    this.units.push(unit);
    this.#byName.set(`${kind}|${name}`, unit);
    return unit;
  }

  /**
   * The unit of a future: by the name that it gives itself, or by class; else by `frame`,
   * where it was first seen.
   */
  ofFuture(future: object, frame: Frame | null, otherwise = 'future'): Unit {
    const given = givenName(future);
    if (given !== null)
      return given === '' ? this.#handedOver(frame, otherwise) : this.#seen(given, frame);
    const make: unknown = (future as { constructor?: unknown }).constructor;
    if (typeof make !== 'function' || make === Object || make.name === '') {
      return this.#handedOver(frame, otherwise);
    }
    const known = this.#byClass.get(make);
    if (known) return known;
    const unit = this.#seen(make.name, frame);
    this.#byClass.set(make, unit);
    return unit;
  }

  #seen(name: string, frame: Frame | null): Unit {
    const unit = this.named('future', name);
    if (unit.place === null && frame !== null) this.#setPlace(unit, this.#placeOf(frame));
    return unit;
  }

  /** What has no name of any kind is called after the place where it was handed over. */
  #handedOver(frame: Frame | null, otherwise: string): Unit {
    if (frame === null) return this.named('future', otherwise);
    const at = `${frame.url}:${frame.line}:${frame.column}`;
    const known = this.#byFrame.get(at);
    if (known) return known;
    const place = this.#placeOf(frame);
    const name = `future@${place.file.replace(/^.*[\\/]/, '')}:${place.line}`;
    const unit = this.#seen(name, frame);
    this.#byFrame.set(at, unit);
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
