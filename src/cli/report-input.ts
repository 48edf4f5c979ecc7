/** All that a report gets to read: the recording and its judgement, and what lies around them on this machine. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Judgement } from '../model/finding.ts';
import type { Recording } from '../model/recording.ts';
import type { ReportInput } from '../report/report.ts';
import { codeFramesFor } from '../trace/code-frames.ts';
import { ruleHelp } from './rule-help.ts';

export type PlainInput = Omit<ReportInput, 'style'>;

export function reportInput(recording: Recording, judgement: Judgement): PlainInput {
  return {
    recording,
    judgement,
    rules: ruleHelp(),
    codeFrames: codeFramesFor(judgement.findings, recording),
    repositoryRoot: repositoryRoot(),
  };
}

/** As the CI server says; else the folder above this one that git works in. */
function repositoryRoot(): string | null {
  const said = process.env['GITHUB_WORKSPACE'] ?? process.env['CI_PROJECT_DIR'];
  if (said !== undefined && said !== '') return resolve(said);
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder;
    if (dirname(folder) === folder) return null;
  }
}
