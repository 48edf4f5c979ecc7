/** What a rule is. Data above code: `meta`, then one pure synchronous function. */
import type {
  Attribution,
  Capability,
  Layer,
  Place,
  Segment,
  SuspicionKind,
} from '../model/recording.ts';
import type { Confidence, CycleStep, EvidenceItem, Level } from '../model/finding.ts';

export interface ThresholdSpec {
  default: number;
  min: number;
  max: number;
  /** `polls`, `ms`, `/s`, `ratio`, … */
  unit: string;
  /** What it is, and where the default comes from. */
  why: string;
}

export interface RuleMeta<Key extends string = string> {
  /** The noun of the failing state: file name, config key and docs page. */
  id: string;
  /** One line for `selfwake rules`. */
  summary: string;
  /** The level of a finding that is proven or likely; a `possible` one is at most a note. */
  level: Level;
  /** What a source must be able to see, else the rule is not run on its segment. */
  needs: readonly Capability[];
  /** What the rule is about: segments that see nothing of the kind are none of its business. */
  about?: Capability;
  /** Of these one is enough; those that are missing are reported as not run. */
  needsOneOf?: readonly Capability[];
  /** Any of these is enough instead of `needs` and `needsOneOf`. */
  orNeeds?: readonly Capability[];
  /** Which suspicions it reads. */
  reads: readonly SuspicionKind[];
  thresholds: Readonly<Record<Key, ThresholdSpec>>;
  /** Sentences with `{{name}}` for data. */
  messages: Record<string, string>;
  /** What to do, per message id. */
  advice: Record<string, string>;
}

/** The values of a rule's thresholds: defaults, overridden by flag or configuration. */
export type Thresholds<Key extends string = string> = Readonly<Record<Key, number>>;

/** A finding as a rule makes it; analysis adds process, names and fingerprint. */
export interface RuleFinding {
  messageId: string;
  data: Record<string, string | number>;
  confidence: Confidence;
  /** Only to go below the rule's level. */
  level?: Level;
  unit: number;
  task: number | null;
  location: Place | null;
  attribution: Attribution;
  chain: Layer[];
  evidence: Record<string, EvidenceItem>;
  cycle: CycleStep[];
  /** Tasks that the same loop runs through, besides `task`. */
  otherTasks: number[];
  /** The test in which it began. */
  test?: string;
  /** Nanoseconds of the segment between which the loop was seen. */
  since: number;
  until: number;
}

/** Three answers, not two: `notEnough` is no clean bill. */
export type RuleAnswer =
  | { answer: 'ok' }
  | { answer: 'notEnough'; why: string }
  | { answer: 'found'; findings: RuleFinding[] };

export interface Rule<Key extends string = string> {
  meta: RuleMeta<Key>;
  check(segment: Segment, thresholds: Thresholds<Key>): RuleAnswer;
}
