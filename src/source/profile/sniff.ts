/** Which format a file is of: its content tells, whatever its name. */
import { SelfwakeError } from '../../model/errors.ts';
import { DebuggerStacksReader } from './readers/debugger-stacks.ts';
import { FoldedReader } from './readers/folded.ts';
import { PerfScriptReader } from './readers/perf-script.ts';
import type { LineReader } from './readers/reader.ts';
import { fieldsOf } from './readers/wire.ts';
import type { StackTree } from './stack-tree.ts';

export const PROFILE_FORMATS = {
  'perf-script': 'perf script',
  folded: 'folded stacks',
  'debugger-stacks': 'gdb or eu-stack',
  pprof: 'pprof',
  firefox: 'samply or Firefox Profiler',
  cpuprofile: 'V8 .cpuprofile',
} as const;

export type ProfileFormat = keyof typeof PROFILE_FORMATS;

/** Signs of formats of text, the surer ones first. */
const TEXTS: readonly [ProfileFormat, RegExp][] = [
  ['cpuprofile', /^\s*\{(?=[^]*"nodes"\s*:)(?=[^]*"(?:callFrame|hitCount)")/],
  ['firefox', /^\s*\{[^]*"(?:meta|threads|libs|shared)"\s*:/],
  ['debugger-stacks', /^#0\s+(?:0x[0-9a-f]+\b|\S+ )/m],
  ['perf-script', /^\S.*\s\d+\.\d+:\s+(?:\d+\s+)?\S+:.*\n\s+[0-9a-f]+ /m],
  ['folded', /^[^\s#;][^\n]*;[^\n]* \d+(?:\.\d+)?$/m],
  ['folded', /^\S+ \d+$/m],
  // Of a perf that recorded no stacks: to be told what is missing.
  ['perf-script', /^\S.*\s\d+\.\d+:\s+(?:\d+\s+)?[\w/-]+:[\w:]*(?:\s|$)/m],
];

export function sniff(head: Buffer): ProfileFormat {
  if (head.length === 0) throw unrecognized('it is empty');
  // perf's own file: what `perf script` prints of it is read.
  if (head.subarray(0, 8).toString('latin1').startsWith('PERFILE')) {
    throw unrecognized('it is what perf records. Make text of it: perf script > FILE');
  }
  if (isPprof(head)) return 'pprof';
  const text = head.toString('utf8');
  if (!text.includes('\u0000')) {
    for (const [format, sign] of TEXTS) if (sign.test(text)) return format;
  }
  throw unrecognized(`it is none of: ${Object.values(PROFILE_FORMATS).join(', ')}`);
}

export function lineReaderOf(format: ProfileFormat, stacks: StackTree): LineReader | null {
  switch (format) {
    case 'perf-script':
      return new PerfScriptReader(stacks);
    case 'folded':
      return new FoldedReader(stacks);
    case 'debugger-stacks':
      return new DebuggerStacksReader(stacks);
    case 'pprof':
    case 'firefox':
    case 'cpuprofile':
      return null;
  }
}

const PPROF_NUMBERS = new Set([7, 8, 9, 10, 12, 13, 14]);
const PPROF_MESSAGES = new Set([1, 2, 3, 4, 5, 6, 11]);

/** Fields of pprof's own kinds, in any order, and what its samples count among them. */
function isPprof(head: Buffer): boolean {
  let hasTypes = false;
  try {
    for (const field of fieldsOf(head)) {
      const kinds = 'value' in field ? PPROF_NUMBERS : PPROF_MESSAGES;
      if (!kinds.has(field.number)) return false;
      hasTypes ||= field.number === 1 && 'bytes' in field && field.bytes[0] === 0x08;
    }
  } catch {
    // The head ends somewhere in a field.
  }
  return hasTypes;
}

function unrecognized(why: string): SelfwakeError {
  return new SelfwakeError('profile-unrecognized', `This is no profile that can be read: ${why}.`);
}
