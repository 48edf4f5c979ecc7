import type { Recorder } from './recorder.ts';

/**
 * The slot that a new executor without a recorder of its own asks. Whoever starts a
 * program fills it before that program's first line, and so watches executors that know
 * nothing of it.
 */
let provider: (() => Recorder | null) | null = null;

/**
 * Fills the slot (null empties it); answers what was in it. Executors that exist already
 * are not touched. The provider may answer null: that executor is then not recorded.
 */
export function setDefaultRecorder(
  next: (() => Recorder | null) | null,
): (() => Recorder | null) | null {
  const before = provider;
  provider = next;
  return before;
}

/** What the slot gives for a new executor; null when it is empty or declines. */
export function defaultRecorder(): Recorder | null {
  return provider === null ? null : provider();
}
