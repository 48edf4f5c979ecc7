import type { Level } from '../model/finding.ts';
import type { Segment } from '../model/recording.ts';
import type { Rule, RuleFinding } from '../rules/rule.ts';

/** A rule's finding in its segment, before names and sentences are filled in. */
export interface RawFinding extends RuleFinding {
  rule: Rule;
  segment: Segment;
  /** Whose task it is, where another segment tells of that. */
  taskSegment?: Segment;
  /** Settled: rule, configuration and confidence together. */
  level: Level;
  /** Tasks in which the same was found at the same place. */
  tasks: ReadonlySet<number>;
}
