/**
 * What changes in one element of a container after the other: each element changes once, all of
 * them together go on. Of elements that are told apart (`known-members.ts`), in samples that
 * were taken before and after a poll.
 */
import { movesToBound, type PathClass, type SampledState } from './path-class.ts';
import type { Digest, Scalar } from './state-digest.ts';

/** Changes of the same field, in as many samples, that are no coincidence. */
const MIN_CHANGES = 3;

const isOfMember = (path: string): boolean => /\.<#\d+>/.test(path);

/** The path without whose it is. */
export function fieldOf(path: string): string {
  return path.replace(/<#\d+>/g, '<>');
}

/** Per field of elements, what its changes make of it. */
export function classesOfMembers(
  digests: readonly Digest[],
  state: SampledState,
): Map<string, PathClass> {
  const changes = new Map<string, { from: Scalar; to: Scalar }[]>();
  for (const { before, values, span = 1 } of digests) {
    if (span > 1) continue;
    for (const path of before?.keys() ?? []) {
      if (!isOfMember(path)) continue;
      const [from, to] = [before!.get(path), values.get(path)];
      if (!values.has(path) || from === to) continue;
      const field = fieldOf(path);
      changes.set(field, [...(changes.get(field) ?? []), { from, to }]);
    }
  }
  const classes = new Map<string, PathClass>();
  for (const [field, steps] of changes) {
    if (steps.length >= MIN_CHANGES) classes.set(field, classOfSteps(field, steps, state));
  }
  return classes;
}

function classOfSteps(
  field: string,
  steps: readonly { from: Scalar; to: Scalar }[],
  state: SampledState,
): PathClass {
  const numbers = steps.filter(
    (step): step is { from: number; to: number } =>
      typeof step.from === 'number' && typeof step.to === 'number',
  );
  if (numbers.length < steps.length) {
    return new Set(steps.map(({ to }) => to)).size >= MIN_CHANGES ? 'payload' : 'recurring';
  }
  const moments = { atMs: [0, 1], polls: [0, 1] };
  if (numbers.every(({ from, to }) => movesToBound(field, [from, to], moments, state))) {
    return 'cursor';
  }
  return new Set(numbers.map(({ from, to }) => to - from)).size === 1 ? 'counter' : 'payload';
}
