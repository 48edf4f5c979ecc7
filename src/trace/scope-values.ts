/** What the variables of a frame hold, read from the condition of a breakpoint in it. */

/** A name in the frame's scope, and how to read it there: it may not be initialised yet. */
export type ScopeReaders = Record<string, () => unknown>;

/** The values of this moment, by name. */
export function valuesOf(read: ScopeReaders): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(read)) {
    try {
      values[name] = value();
    } catch {
      // Before its initialisation: it has no value to compare.
    }
  }
  return values;
}
