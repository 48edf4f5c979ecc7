import { trace } from '@opentelemetry/api';
import type { Finding } from '../model/finding.ts';

/** Names in the style of the semantic conventions: those of code are theirs. */
export interface FindingAttributes {
  'selfwake.rule': string;
  'selfwake.level': string;
  'selfwake.confidence': string;
  'selfwake.unit': string;
  'code.file.path'?: string;
  'code.line.number'?: number;
  'code.function.name'?: string;
  [name: string]: string | number | undefined;
}

/** For `createMonitor({ onFinding: findingEvent })`: an event of the span that is active when it is found. */
export function findingEvent(finding: Finding): void {
  trace.getActiveSpan()?.addEvent('selfwake.finding', {
    ...attributesOf(finding),
    'selfwake.message': finding.message,
  });
}

export function attributesOf({
  rule,
  level,
  confidence,
  unit,
  location,
}: Finding): FindingAttributes {
  return {
    'selfwake.rule': rule,
    'selfwake.level': level,
    'selfwake.confidence': confidence,
    'selfwake.unit': unit.name,
    ...(location === null
      ? {}
      : {
          'code.file.path': location.file,
          'code.line.number': location.line,
          'code.function.name': location.functionName ?? '',
        }),
  };
}
