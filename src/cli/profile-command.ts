/** `selfwake profile FILE`: the diagnosis that people make from a flame graph. */
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import type { Command } from 'commander';
import type { Line } from '../model/recording.ts';
import { profileLines } from '../source/profile/profile-lines.ts';
import { readProfile } from '../source/profile/read-profile.ts';
import { PROFILE_FORMATS } from '../source/profile/sniff.ts';
import { addJudgingOptions, type JudgingOptions } from './judging-options.ts';
import { inFile } from './input-file.ts';
import { judgeLines } from './judge-lines.ts';
import type { Outcome } from './outcome.ts';

interface ProfileOptions extends JudgingOptions {
  record?: string;
}

export function addProfileCommand(program: Command, done: (outcome: Outcome) => void): void {
  const command = program
    .command('profile')
    .description(
      `find busy loops of futures in a CPU profile (${Object.values(PROFILE_FORMATS).join(', ')})`,
    )
    .argument('<FILE>', 'the profile, of any of these formats, also gzipped; - for stdin')
    .option('--record <FILE>', 'keep the recording, to judge it again with `selfwake report`')
    .showHelpAfterError('Run `selfwake profile --help` for the options.');
  addJudgingOptions(command).action(async (file: string, options: ProfileOptions) => {
    done(await judgeLines(async () => linesOf(file), options));
  });
}

function linesOf(file: string): Promise<Line[]> {
  const origin = { segment: 'profile', process: null, startedAtMs: 0, name: basename(file) };
  return inFile('profile', file, async () => {
    const stream =
      file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 1 << 20 });
    return profileLines(await readProfile(stream as AsyncIterable<Buffer>), origin);
  });
}
