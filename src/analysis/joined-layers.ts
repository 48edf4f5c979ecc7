/**
 * A console names the task that spins, stacks of the same process the layer in it: together they
 * are one finding. Neither tells which of its tasks is the other's, so that they are joined in
 * the order of their strength, and only where both say the same of how it spins.
 */
import type { EvidenceItem } from '../model/finding.ts';
import type { Capability } from '../model/recording.ts';
import { compareStrength, LEVEL_RANK } from './order.ts';
import type { RawFinding } from './raw-finding.ts';

/** What stacks call a task, and what a console may call the same one. */
const SAME: Readonly<Record<string, readonly string[]>> = {
  'self-wake': ['self-wake', 'wake-cycle'],
  'wake-cycle': ['wake-cycle', 'self-wake'],
  'spin-inside-poll': ['never-yields', 'never-yielded', 'self-wake'],
  'ready-without-progress': ['never-yields', 'never-yielded', 'self-wake'],
};

/** What only stacks can tell; of wakes a console counts whose they are. */
const OF_STACKS: ReadonlySet<string> = new Set(['spin-inside-poll', 'ready-without-progress']);

/** Of the console's evidence; shares are of something else there. */
const CARRIED = ['streak', 'windows', 'perSecond', 'meanPoll', 'idle', 'duration', 'members'];

export function joinLayers(found: readonly RawFinding[]): RawFinding[] {
  const layers = found.filter((finding) => sees(finding, 'stacks')).sort(compareStrength);
  const tasks = found.filter((finding) => sees(finding, 'task-rates')).sort(compareStrength);
  const joined = new Map<RawFinding, RawFinding | null>();
  for (const layer of layers) {
    const task = tasks.find((one) => !joined.has(one) && isSame(layer, one));
    if (task === undefined) continue;
    joined.set(layer, join(layer, task));
    joined.set(task, null);
  }
  return found.flatMap((finding) => {
    const other = joined.get(finding);
    return other === undefined ? [finding] : other === null ? [] : [other];
  });
}

function sees({ segment }: RawFinding, capability: Capability): boolean {
  return segment.info.sees.includes(capability);
}

function isSame(layer: RawFinding, task: RawFinding): boolean {
  const [a, b] = [layer.segment.info.process, task.segment.info.process];
  if (a.pid === 0 || a.pid !== b.pid || a.host !== b.host) return false;
  return SAME[layer.rule.meta.id]?.includes(task.rule.meta.id) === true;
}

function join(layer: RawFinding, task: RawFinding): RawFinding {
  const isOneRule = layer.rule === task.rule;
  // A console counts a task's own wakes: stacks of a waker that is used up do not show whose it is.
  const isCounted = !OF_STACKS.has(layer.rule.meta.id) && task.confidence !== 'possible';
  const { rule, messageId, data } = isCounted ? task : layer;
  const carried = CARRIED.flatMap((key): [string, EvidenceItem][] => {
    const item = task.evidence[key];
    if (item === undefined) return [];
    const { value, unit } = item;
    // A threshold is named after its rule, and the finding has one.
    return [[key, isOneRule ? item : { value, ...(unit === undefined ? {} : { unit }) }]];
  });
  return {
    ...layer,
    rule,
    messageId,
    data: { ...layer.data, ...data },
    ...verdictOf(layer, task),
    task: task.task,
    taskSegment: task.segment,
    tasks: task.tasks,
    cycle: task.cycle,
    evidence: { ...Object.fromEntries(carried), ...layer.evidence },
  };
}

/** The stronger of both; two that are only possible, and know of each other nothing, are likely. */
function verdictOf(layer: RawFinding, task: RawFinding): Pick<RawFinding, 'level' | 'confidence'> {
  if (layer.confidence === 'possible' && task.confidence === 'possible') {
    return { level: 'warning', confidence: 'likely' };
  }
  const stronger = compareStrength(layer, task) <= 0 ? layer : task;
  const level = LEVEL_RANK[layer.level] <= LEVEL_RANK[task.level] ? layer.level : task.level;
  return { level, confidence: stronger.confidence };
}
