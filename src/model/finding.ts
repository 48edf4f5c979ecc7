import type { Attribution, Layer, Place, ProcessInfo, UnitKind, WakeVia } from './recording.ts';

export type Level = 'error' | 'warning' | 'note';
export type Confidence = 'proven' | 'likely' | 'possible';

/** One number behind a verdict, beside the threshold that it crossed. */
export interface EvidenceItem {
  value: number | string;
  /** `polls`, `ms`, `/s`, `ns`, `%`, … */
  unit?: string;
  /** The threshold's value, where there is one, and its key in the rule. */
  threshold?: number;
  thresholdKey?: string;
}

export interface CycleStep {
  unit: string;
  location: Place | null;
  wakes: number;
  via: WakeVia;
}

/** A rule's verdict on one place. */
export interface Finding {
  rule: string;
  level: Level;
  confidence: Confidence;
  unit: { name: string; kind: UnitKind; key: string };
  /** The task it was seen in: its name or type, and where it was spawned. */
  task: { name: string; spawnedAt: Place | null } | null;
  /** The test in which it began; null where none was running, or nobody said so. */
  test: string | null;
  process: ProcessInfo;
  segment: string;
  location: Place | null;
  attribution: Attribution;
  /** Outermost first. */
  chain: Layer[];
  messageId: string;
  /** What is wrong, in one sentence. */
  message: string;
  /** What to do about it, in one or two sentences. */
  advice: string;
  evidence: Record<string, EvidenceItem>;
  cycle: CycleStep[];
  /** Nanoseconds of the segment at which it began. */
  since: number;
  /** The same between runs and when lines shift: rule, unit key, function. */
  fingerprint: string;
}

/** A rule that could not judge, and why. */
export interface NotRun {
  rule: string;
  segment: string;
  need: string;
  why: string;
}

/** What judging a recording gives. `not-enough`: nothing found, and too little seen to call it fine. */
export interface Judgement {
  verdict: 'ok' | 'found' | 'not-enough';
  findings: Finding[];
  notRun: NotRun[];
  /** Rules that threw: their error, the run went on. */
  brokenRules: { rule: string; error: string }[];
  /** Findings that somebody said are to fail nothing. */
  suppressed?: Suppressed[];
  /** Suppressions that were of no use, a sentence each; told once a run is over. */
  unused?: string[];
  /** Units that got worse since the baseline. */
  worse?: Worse[];
}

export interface Worse {
  unit: string;
  key: string;
  what: 'self-woken polls' | 'empty reads and writes';
  /** Shares, 0 to 1; null where the unit was not there. */
  before: number | null;
  after: number;
  /** Polls, or operations, that the later share is of. */
  of: number;
}

export interface Suppressed {
  finding: Finding;
  /** Where it was said. */
  by: 'configuration' | 'comment' | 'baseline';
  reason: string;
}
