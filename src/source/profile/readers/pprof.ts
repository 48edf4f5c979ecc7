/**
 * pprof's protobuf, unpacked: samples with locations from the innermost outwards, each location
 * with the functions inlined there, innermost first. Where samples hold several values, the CPU
 * time or the count is read. Not read: labels, comments.
 */
import type { StackTree } from '../stack-tree.ts';
import { fieldsOf, numbersIn } from './wire.ts';
import type { ReadCounts } from './reader.ts';

export function readPprof(profile: Buffer, stacks: StackTree): ReadCounts {
  const strings: string[] = [];
  const functions = new Map<number, number>();
  const locations = new Map<number, number[]>();
  const samples: Buffer[] = [];
  const types: number[] = [];
  let durationNs = 0;
  for (const field of fieldsOf(profile)) {
    if ('value' in field) {
      if (field.number === 10) durationNs = field.value;
    } else if (field.number === 1) types.push(numberIn(field.bytes, 1));
    else if (field.number === 2) samples.push(field.bytes);
    else if (field.number === 4) locations.set(numberIn(field.bytes, 1), linesIn(field.bytes));
    else if (field.number === 5) functions.set(numberIn(field.bytes, 1), numberIn(field.bytes, 2));
    else if (field.number === 6) strings.push(field.bytes.toString('utf8'));
  }
  const column = countColumn(types.map((type) => strings[type] ?? ''));
  const nameOf = (id: number) => strings[functions.get(id) ?? -1] ?? '[unknown]';
  let counted = 0;
  for (const sample of samples) {
    const ids: number[] = [];
    const values: number[] = [];
    for (const field of fieldsOf(sample)) {
      if (field.number === 1) ids.push(...numbersIn(field));
      if (field.number === 2) values.push(...numbersIn(field));
    }
    let node = 0;
    for (const id of ids.reverse()) {
      const lines = locations.get(id) ?? [];
      for (let i = lines.length - 1; i >= 0; i -= 1) {
        node = stacks.below(node, stacks.frame(nameOf(lines[i]!)));
      }
    }
    const weight = column < 0 ? 1 : (values[column] ?? 0);
    stacks.count(node, weight);
    counted += weight;
  }
  return { samples: counted, skipped: 0, firstAt: 0, lastAt: durationNs / 1e9 };
}

/** Counts of samples; where there is only time, each sample is one. */
function countColumn(types: readonly string[]): number {
  return types.findIndex((type) => type === 'samples' || type === 'sample');
}

function linesIn(location: Buffer): number[] {
  const lines: number[] = [];
  for (const field of fieldsOf(location)) {
    if (field.number === 4 && 'bytes' in field) lines.push(numberIn(field.bytes, 1));
  }
  return lines;
}

function numberIn(message: Buffer, number: number): number {
  for (const field of fieldsOf(message)) {
    if (field.number === number && 'value' in field) return field.value;
  }
  return 0;
}
