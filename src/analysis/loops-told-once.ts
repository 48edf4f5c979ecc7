/**
 * One loop of a program without a contract is one finding. The probe may see the same loop
 * in two traces as two: entered at another of its functions, or woken in another way. And
 * where an instrumented executor runs in the thread, its own source has seen the loop, too.
 */
import { compareConfidence, LEVEL_RANK } from './order.ts';
import { isOfOneLoop, overlaps, precedenceOf } from './precedence.ts';
import type { RawFinding } from './raw-finding.ts';
import type { CycleStep } from '../model/finding.ts';
import type { Place } from '../model/recording.ts';

/** Sources bring a suspicion up to date about once a second: a gap of less is none. */
const UPDATE_NS = 1e9;

/**
 * The findings of one segment without those loops that another one tells: both blame the
 * same function, or one runs through the function that the other blames. The surer one
 * stays, else that of the more specific rule, else the one that was seen last.
 */
export function withoutRetold(found: readonly RawFinding[]): RawFinding[] {
  const isBefore = (a: number, b: number): boolean =>
    (compareRetold(found[a]!, found[b]!) || a - b) < 0;
  return found.filter(
    (finding, index) =>
      !found.some(
        (other, otherIndex) =>
          index !== otherIndex && isRetold(finding, other) && isBefore(otherIndex, index),
      ),
  );
}

function isRetold(a: RawFinding, b: RawFinding): boolean {
  if (!isProbed(a) || !isProbed(b) || !overlaps(a, b)) return false;
  return (
    isSameFunction(a.location, b.location) ||
    runsThrough(a.cycle, b.location) ||
    runsThrough(b.cycle, a.location)
  );
}

function compareRetold(a: RawFinding, b: RawFinding): number {
  return compareConfidence(a, b) || precedenceOf(a) - precedenceOf(b) || b.until - a.until;
}

function runsThrough(cycle: readonly CycleStep[], place: Place | null): boolean {
  return cycle.some(({ location }) => isSameFunction(location, place));
}

/** By name, for a loop is blamed at several lines of it; by its place where it has none. */
function isSameFunction(a: Place | null, b: Place | null): boolean {
  if (a === null || b === null || a.file !== b.file) return false;
  if (a.functionName !== b.functionName) return false;
  return a.functionName !== null || (a.line === b.line && a.column === b.column);
}

/**
 * The findings of all segments without those loops that two sources saw in one thread at
 * one time. What the executor says wins, for it names the type of the future, unless it is
 * a note only, and the probe has more to say.
 */
export function withoutSeenTwice(found: readonly RawFinding[]): RawFinding[] {
  const loops = found.filter(isOfOneLoop);
  return found.filter(
    (finding) => !loops.some((other) => isSameThread(finding, other) && isOutdone(finding, other)),
  );
}

function isOutdone(finding: RawFinding, other: RawFinding): boolean {
  if (isProbed(finding) === isProbed(other) || !isOfOneLoop(finding)) return false;
  if (!overlapsOnTheClock(finding, other)) return false;
  const [executors, probes] = isProbed(finding) ? [other, finding] : [finding, other];
  const isProbesMore = executors.level === 'note' && LEVEL_RANK[probes.level] < LEVEL_RANK.note;
  return isProbesMore ? finding === executors : finding === probes;
}

function isProbed({ segment }: RawFinding): boolean {
  return segment.info.sees.includes('loops');
}

function isSameThread(a: RawFinding, b: RawFinding): boolean {
  const [one, other] = [a.segment.info.process, b.segment.info.process];
  return one.host === other.host && one.pid === other.pid && one.thread === other.thread;
}

/** Segments have a time 0 each; the clock on the wall is one. */
function overlapsOnTheClock(a: RawFinding, b: RawFinding): boolean {
  const aheadNs = (b.segment.info.startedAtMs - a.segment.info.startedAtMs) * 1e6;
  const shifted = { since: b.since + aheadNs - UPDATE_NS, until: b.until + aheadNs + UPDATE_NS };
  return overlaps(a, shifted);
}
