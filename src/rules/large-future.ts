/** tokio-console's lint `large-future`: a task whose future takes much memory, and is moved about. */
import { crossed } from './evidence.ts';
import type { Rule } from './rule.ts';
import { answerOf, foundIn, suspicionsOf } from './seen.ts';

type Key = 'bytes';

export const largeFuture: Rule<Key> = {
  meta: {
    id: 'large-future',
    summary: "a task's future is large (a lint of tokio-console)",
    level: 'note',
    about: 'task-rates',
    needs: ['task-rates'],
    reads: ['future-size'],
    thresholds: {
      bytes: {
        default: 1024,
        min: 1,
        max: 1e9,
        unit: 'bytes',
        why: 'Size of the future as it was spawned. The same as in tokio-console.',
      },
    },
    messages: { large: 'The future of {{unit}} is {{bytes}} bytes large.' },
    advice: {
      large:
        'A future is copied when it is spawned. Put large buffers that live across an await into a box.',
    },
  },

  check(segment, thresholds) {
    const findings = suspicionsOf(segment, 'future-size').flatMap((suspicion) => {
      const { bytes } = suspicion;
      if (bytes < thresholds.bytes) return [];
      const evidence = { size: crossed(largeFuture.meta, thresholds, 'bytes', bytes) };
      const found = { ...foundIn(suspicion), data: { bytes }, evidence };
      return [{ ...found, messageId: 'large', confidence: 'possible' as const }];
    });
    return answerOf(segment, findings);
  },
};
