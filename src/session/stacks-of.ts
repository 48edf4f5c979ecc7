/** A live process's stacks as a segment of the recording that its console fills. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Line, ProcessInfo } from '../model/recording.ts';
import { profileLines } from '../source/profile/profile-lines.ts';
import { readProfile } from '../source/profile/read-profile.ts';
import { takeStacks } from './take-stacks.ts';

/** A spin needs to have begun, and the console some windows of it. */
const WAIT_MS = 1000;

/** @throws {SelfwakeError} `no-stacks`. */
export async function stacksOf(
  pid: number,
  process: ProcessInfo,
  signal: AbortSignal,
): Promise<Line[]> {
  await sleep(WAIT_MS, null, { signal }).catch(() => null);
  const startedAtMs = Date.now();
  const stacks = await takeStacks(pid);
  try {
    const profile = await readProfile(stacks.chunks);
    const origin = { segment: `stacks:${pid}`, process, startedAtMs, name: stacks.tool };
    return profileLines(profile, origin);
  } finally {
    stacks.done();
  }
}
