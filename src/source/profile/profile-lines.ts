/**
 * What a profile says, as lines of a recording. It sees where CPU time went, and no events: how
 * often a task was polled, by whom it was woken and whether bytes went through are not in it.
 */
import { type Layer, type Line, type ProcessInfo, UNSEEN_STATE } from '../../model/recording.ts';
import type { PollNode } from './poll-tree.ts';
import { pollTree } from './poll-tree.ts';
import type { ReadProfile } from './read-profile.ts';
import { PROFILE_FORMATS } from './sniff.ts';
import { suspectsOf, type Suspect } from './suspect.ts';

export interface ProfileOrigin {
  segment: string;
  /** What is known of the process; a file tells nothing. */
  process: ProcessInfo | null;
  /** Wall clock at which the profile begins, where it is known, milliseconds since 1970. */
  startedAtMs: number;
  /** The file, or how the stacks were taken. */
  name: string;
}

export function profileLines(profile: ReadProfile, origin: ProfileOrigin): Line[] {
  const { segment } = origin;
  const at = Math.round((profile.lastAt - profile.firstAt) * 1e9);
  const { suspects, inPolls, onCpu } = suspectsOf(pollTree(profile.stacks));
  const units = new Map<string, number>();
  const lines: Line[] = [
    {
      type: 'segment',
      id: segment,
      source: 'profile',
      process: origin.process ?? {
        host: '',
        pid: 0,
        parentPid: null,
        thread: 0,
        command: [origin.name],
        runtime: PROFILE_FORMATS[profile.format],
      },
      startedAtMs: origin.startedAtMs,
      root: '',
      sees: ['stacks'],
    },
  ];
  const unitOf = ({ frame }: PollNode): number => {
    const name = frame.unit;
    const known = units.get(name);
    if (known !== undefined) return known;
    const id = units.size + 1;
    units.set(name, id);
    const key = `future|${name}||${name}`;
    lines.push({
      type: 'unit',
      segment,
      unit: { id, kind: 'future', name, place: null, key },
    });
    return id;
  };
  for (const [index, suspect] of suspects.entries()) {
    lines.push({ type: 'suspicion', segment, suspicion: suspicionOf(suspect, index, at, unitOf) });
  }
  lines.push(
    { type: 'sampled', segment, at, samples: Math.round(onCpu), inPolls: Math.round(inPolls) },
    { type: 'end', segment, at, exitCode: null, signal: null },
  );
  return lines;
}

function suspicionOf(
  suspect: Suspect,
  index: number,
  at: number,
  unitOf: (node: PollNode) => number,
): Extract<Line, { type: 'suspicion' }>['suspicion'] {
  const { chain, guilty, ...numbers } = suspect;
  const layers = chain.map((node, depth): Layer => {
    return { name: node.frame.unit, unit: unitOf(node), place: null, isGuilty: depth === guilty };
  });
  return {
    kind: 'hot-polls',
    id: `hot-polls-${index}`,
    at,
    since: 0,
    task: null,
    unit: unitOf(chain[guilty]!),
    place: null,
    chain: layers,
    attribution: 'stacks',
    state: UNSEEN_STATE,
    ...numbers,
  };
}
