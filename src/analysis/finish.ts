/** Turns a rule's finding into one that can be printed: names, sentences, fingerprint. */
import type { RawFinding } from './raw-finding.ts';
import type { EvidenceItem, Finding } from '../model/finding.ts';
import type { Segment, Unit } from '../model/recording.ts';

export function finish(raw: RawFinding): Finding {
  const { rule, segment, messageId, location } = raw;
  const unit = unitOf(segment, raw.unit);
  const data = { unit: unit.name, ...raw.data };
  return {
    rule: rule.meta.id,
    level: raw.level,
    confidence: raw.confidence,
    unit: { name: unit.name, kind: unit.kind, key: unit.key },
    task: taskOf(raw.taskSegment ?? segment, raw.task),
    test: raw.test ?? null,
    process: segment.info.process,
    segment: segment.info.id,
    location,
    attribution: raw.attribution,
    chain: raw.chain,
    messageId,
    message: fill(rule.meta.messages[messageId], data, messageId),
    advice: fill(rule.meta.advice[messageId], data, messageId),
    evidence: evidenceOf(raw),
    cycle: raw.cycle,
    since: raw.since,
    fingerprint: [rule.meta.id, unit.key, location?.functionName ?? ''].join('|'),
  };
}

/** A unit that was never introduced still has to be named somehow. */
function unitOf(segment: Segment, id: number): Unit {
  const key = `future|unit ${id}||`;
  return segment.units.get(id) ?? { id, kind: 'future', name: `unit ${id}`, place: null, key };
}

function taskOf(segment: Segment, id: number | null): Finding['task'] {
  if (id === null) return null;
  const task = segment.tasks.get(id);
  if (task === undefined) return { name: `task ${id}`, spawnedAt: null };
  return { name: task.name ?? unitOf(segment, task.unit).name, spawnedAt: task.spawnedAt };
}

function evidenceOf({ evidence, tasks }: RawFinding): Record<string, EvidenceItem> {
  return tasks.size > 1 ? { ...evidence, tasks: { value: tasks.size, unit: 'tasks' } } : evidence;
}

function fill(
  template: string | undefined,
  data: Readonly<Record<string, string | number>>,
  messageId: string,
): string {
  if (template === undefined) return messageId;
  return template.replace(/\{\{(\w+)\}\}/g, (hole, name: string) => {
    const value = data[name];
    return value === undefined ? hole : typeof value === 'number' ? grouped(value) : value;
  });
}

/** 1234567 → 1,234,567, in every locale. */
function grouped(value: number): string {
  return value.toLocaleString('en-US');
}
