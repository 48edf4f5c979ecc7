/** What was not judged and why, in one sentence. */
import type { NotRun } from '../model/finding.ts';
import type { Recording, Segment } from '../model/recording.ts';
import { cleanText } from './clean-text.ts';

const NO_EVENTS = 'they are about events, and a profile holds none';
const NO_FUTURES = 'they are about futures, and no executor was seen';

/** Each reason once, with the rules that it stopped; null when nothing is worth a word. */
export function notJudgedText(notRun: readonly NotRun[], recording: Recording): string | null {
  const rulesByWhy = new Map<string, Set<string>>();
  for (const entry of notRun) {
    const why = reasonOf(entry, recording);
    if (why === null) continue;
    const rules = rulesByWhy.get(why) ?? new Set<string>();
    rulesByWhy.set(why, rules.add(entry.rule));
  }
  if (rulesByWhy.size === 0) return null;
  const reasons = [...rulesByWhy].map(
    ([why, rules]) => `${[...rules].join(', ')} (${cleanText(why)})`,
  );
  return `Not judged: ${reasons.join('; ')}.`;
}

/** Null where another source sees what this one does not: there the rule was run. */
function reasonOf({ segment: id, need, why }: NotRun, { segments }: Recording): string | null {
  const segment = segments.find(({ info }) => info.id === id);
  const sees: readonly string[] = segment?.info.sees ?? [];
  if (segment === undefined || need === 'more' || sees.length === 0 || sees.includes(need)) {
    return why;
  }
  if (segment.info.source === 'profile') return NO_EVENTS;
  const isPlain = segment.info.source === 'probe';
  const others = segments.filter((other) => isPlain || isSameThread(other, segment));
  if (others.some(({ info }) => (info.sees as readonly string[]).includes(need))) return null;
  return isPlain ? NO_FUTURES : why;
}

function isSameThread({ info: { process: a } }: Segment, { info: { process: b } }: Segment) {
  return a.host === b.host && a.pid === b.pid && a.thread === b.thread;
}
