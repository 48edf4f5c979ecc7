import type { Place } from '../model/recording.ts';

/** A function is called by its name; without one after its file. */
export function nameAt(place: Place | null): string {
  if (place === null) return '(unknown)';
  return place.functionName ?? `(anonymous in ${place.file.replace(/^.*[\\/]/, '')})`;
}
