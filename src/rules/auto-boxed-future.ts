/** tokio-console's lint `auto-boxed-future`: a future so large that tokio put it into a box. */
import type { Rule } from './rule.ts';
import { answerOf, foundIn, suspicionsOf } from './seen.ts';

export const autoBoxedFuture: Rule<never> = {
  meta: {
    id: 'auto-boxed-future',
    summary: "a task's future was boxed by the executor (a lint of tokio-console)",
    level: 'note',
    about: 'task-rates',
    needs: ['task-rates'],
    reads: ['future-size'],
    thresholds: {},
    messages: {
      boxed:
        'The future of {{unit}}, {{original}} bytes large, was put into a box when it was spawned.',
    },
    advice: {
      boxed:
        'It was copied once before that. Box it yourself, or put large buffers that live across an await into a box.',
    },
  },

  check(segment) {
    const findings = suspicionsOf(segment, 'future-size').flatMap((suspicion) => {
      const { bytes, originalBytes: original } = suspicion;
      if (bytes === original) return [];
      const evidence = {
        size: { value: bytes, unit: 'bytes' },
        original: { value: original, unit: 'bytes' },
      };
      const found = { ...foundIn(suspicion), data: { original }, evidence };
      return [{ ...found, messageId: 'boxed', confidence: 'possible' as const }];
    });
    return answerOf(segment, findings);
  },
};
