/**
 * The Firefox Profiler's processed profile, as samply writes it: per thread tables of stacks,
 * frames and functions, column by column; newer versions share them between threads. Not read:
 * markers, memory, symbols in a file beside it.
 */
import { SelfwakeError } from '../../../model/errors.ts';
import type { StackTree } from '../stack-tree.ts';
import { listOf, recordOf, textOf } from '../../../model/json-value.ts';
import type { ReadCounts } from './reader.ts';

type Table = Record<string, unknown>;

export function readFirefox(profile: Table, stacks: StackTree): ReadCounts {
  const shared = recordOf(profile['shared']);
  const libraries = listOf(profile['libs']).map((lib) => textOf(recordOf(lib)['name']));
  const counts = { samples: 0, skipped: 0, firstAt: 0, lastAt: 0 };
  for (const thread of listOf(profile['threads'])) {
    readThread({ ...shared, ...recordOf(thread) }, libraries, stacks, counts);
  }
  // Who records without symbols still gets the kernel's own names.
  const isNamed = stacks.frames.some(
    ({ name, role }) => role !== 'kernel' && !/^(?:0x[0-9a-f]+|fun_[0-9a-f]+|\[.*\])$/.test(name),
  );
  if (counts.samples > 0 && !isNamed) {
    throw new SelfwakeError(
      'profile-without-names',
      'The profile holds addresses and no names of functions. Open it in the profiler (samply load FILE), which loads them, and save it from there; or record with perf.',
    );
  }
  return counts;
}

function readThread(
  thread: Table,
  libraries: readonly string[],
  stacks: StackTree,
  counts: ReadCounts,
) {
  const strings = listOf(thread['stringArray'] ?? thread['stringTable']);
  const funcs = recordOf(thread['funcTable']);
  const names = listOf(funcs['name']);
  const resources = listOf(funcs['resource']);
  const resourceLibs = listOf(recordOf(thread['resourceTable'])['lib']);
  const frameFuncs = listOf(recordOf(thread['frameTable'])['func']);
  const stackTable = recordOf(thread['stackTable']);
  const prefixes = listOf(stackTable['prefix']);
  const stackFrames = listOf(stackTable['frame']);
  const nodes: (number | undefined)[] = [];
  const frameIds: (number | undefined)[] = [];
  const idOf = (frame: number): number => {
    const func = Number(frameFuncs[frame]);
    const name = textOf(strings[Number(names[func])]) || '[unknown]';
    const library = libraries[Number(resourceLibs[Number(resources[func] ?? -1)])] ?? '';
    return (frameIds[frame] ??= stacks.frame(name, /^(?:\[kernel|vmlinux|kernel)/.test(library)));
  };
  const nodeOf = (stack: number, depth = 0): number => {
    const known = nodes[stack];
    if (known !== undefined) return known;
    const frame = stackFrames[stack];
    if (typeof frame !== 'number' || depth > 4000) return 0;
    const prefix = prefixes[stack];
    const above = typeof prefix === 'number' ? nodeOf(prefix, depth + 1) : 0;
    return (nodes[stack] = stacks.below(above, idOf(frame)));
  };
  const samples = recordOf(thread['samples']);
  const weights = listOf(samples['weight']);
  // CPU time tells a thread that ran from one that waited.
  const cpu = listOf(samples['threadCPUDelta']);
  listOf(samples['stack']).forEach((stack, i) => {
    const weight = weights.length > 0 ? Number(weights[i]) : 1;
    const isIdle = cpu.length > 0 && cpu[i] === 0;
    if (typeof stack !== 'number' || isIdle || !(weight > 0)) counts.skipped += 1;
    else {
      stacks.count(nodeOf(stack), weight);
      counts.samples += weight;
    }
  });
  spread(samples, counts);
}

/** Milliseconds, absolute or each since the one before. */
function spread(samples: Table, counts: ReadCounts): void {
  const deltas = listOf(samples['timeDeltas']);
  const times = listOf(samples['time']);
  const ms =
    times.length > 1
      ? Number(times.at(-1)) - Number(times[0])
      : deltas.slice(1).reduce<number>((sum, delta) => sum + Number(delta), 0);
  if (ms > 0 && ms / 1000 > counts.lastAt) counts.lastAt = ms / 1000;
}
