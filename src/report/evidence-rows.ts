/** Why we think so: each number beside the threshold that it was held against. */
import type { EvidenceItem, Finding } from '../model/finding.ts';
import type { StateComparison } from '../model/recording.ts';
import { cleanText } from './clean-text.ts';
import { grouped, type Paint } from './paint.ts';

/** What comparing the state between polls said, for people. */
const STATES: Readonly<Record<StateComparison['verdict'], string>> = {
  same: 'unchanged',
  recurring: 'comes back to what it was',
  counters: 'only counters, clocks or ids moved',
  progress: 'moved on',
  unseen: 'could not be read',
};

const EVENT_LOOPS: Readonly<Record<string, string>> = {
  starved: 'starved: no timer and no socket gets its turn',
  turns: 'turns: timers and sockets get their turn in between',
};

/** Each item of evidence in words: its name, its value, and the threshold that it was held against. */
export function evidenceItems({
  rule,
  evidence,
}: Finding): { name: string; value: string; limit: string }[] {
  return Object.entries(withState(withWords(evidence))).map(([name, item]) => {
    return { name: words(name), value: valueText(item), limit: limitText(rule, item) };
  });
}

export function evidenceRows(finding: Finding, paint: Paint): string[] {
  const items = evidenceItems(finding);
  const nameWidth = widest(items.map(({ name }) => name));
  const valueWidth = widest(items.filter(({ limit }) => limit !== '').map(({ value }) => value));
  return items.map(({ name, value, limit }) => {
    const text = `${name.padEnd(nameWidth)}  ${limit === '' ? value : value.padEnd(valueWidth)}`;
    return limit === '' ? text : `${text}  ${paint.dim(limit)}`;
  });
}

/** The state and how it was sampled are one fact. */
function withState(evidence: Finding['evidence']): Finding['evidence'] {
  const { state, stateSamples, stateWalked, moved, ...rest } = evidence;
  const text = state && STATES[state.value as keyof typeof STATES];
  if (text === undefined) return evidence;
  const samples = stateSamples === undefined ? '' : ` in ${valueText(stateSamples)}`;
  const walked = stateWalked === undefined ? '' : `, walked ${valueText(stateWalked)}`;
  const told = { ...rest, state: { value: `${text}${samples}${walked}` } };
  return moved === undefined ? told : { ...told, moved };
}

/** What the probe saw, in words; a number of traces says how often it was seen. */
function withWords({ eventLoop, traces, ...rest }: Finding['evidence']): Finding['evidence'] {
  const loop = eventLoop && EVENT_LOOPS[eventLoop.value];
  const times = typeof traces?.value === 'number' ? traces.value : 0;
  return {
    ...rest,
    ...(loop === undefined ? {} : { eventLoop: { value: loop } }),
    ...(times === 0
      ? {}
      : { seen: { value: times === 1 ? 'in one trace' : `in ${times} traces` } }),
  };
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => text.length));
}

function valueText({ value, unit }: EvidenceItem): string {
  const text = typeof value === 'number' ? grouped(value) : cleanText(value);
  if (unit === undefined || unit === 'ratio') return text;
  return unit === '/s' || unit === '%' ? `${text}${unit}` : `${text} ${unit}`;
}

/** As `--threshold` takes it, so that it can be copied from the screen. */
function limitText(rule: string, { threshold, thresholdKey }: EvidenceItem): string {
  if (threshold === undefined) return '';
  return `threshold ${thresholdKey === undefined ? threshold : `${rule}.${thresholdKey}=${threshold}`}`;
}

/** `meanPollNs` as `mean poll ns`. */
function words(name: string): string {
  return cleanText(name)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase();
}
