/** What the rule tester wants to know of a rule: tables, each case a segment and the answer to it. */
import type { Confidence, Level } from '../../src/model/finding.ts';
import type { Segment } from '../../src/model/recording.ts';

export interface RuleCase {
  name: string;
  segment: Segment;
  /** Where not the defaults. */
  thresholds?: Record<string, number>;
}

export interface FoundCase extends RuleCase {
  messageId: string;
  confidence: Confidence;
  /** Where the finding is below its rule's level. */
  level?: Level;
  /** Values that the evidence must show. */
  evidence?: Record<string, number | string>;
}

export interface RuleCases {
  ok: RuleCase[];
  found: FoundCase[];
  notEnough: RuleCase[];
}
