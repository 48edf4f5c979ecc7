/** Runs the rules over a recording: what was found, what could not be judged, and why. */
import { finish } from './finish.ts';
import { joinLayers } from './joined-layers.ts';
import { withoutRetold, withoutSeenTwice } from './loops-told-once.ts';
import { withoutShadowed } from './precedence.ts';
import { mergeSamePlace } from './same-place.ts';
import { LEVEL_RANK, sortFindings } from './order.ts';
import type { RawFinding } from './raw-finding.ts';
import { thresholdsOf, unknownRule, type ThresholdOverrides } from './thresholds.ts';
import { unmetNeeds } from './unmet-needs.ts';
import type { Finding, Judgement, Level, Suppressed } from '../model/finding.ts';
import type { Recording, Segment } from '../model/recording.ts';
import { RULES } from '../rules/index.ts';
import { isWatchedEnough } from '../rules/seen.ts';
import type { Rule, RuleAnswer, RuleFinding, Thresholds } from '../rules/rule.ts';

export interface JudgeOptions {
  thresholds?: ThresholdOverrides;
  /** Rule id → `off`, or the level of its findings; one that is only possible stays a note. */
  rules?: Readonly<Record<string, 'off' | Level>>;
  /** Who says that a finding is to fail nothing; null: nobody does. */
  suppress?: (finding: Finding) => Omit<Suppressed, 'finding'> | null;
  /** The rules to run, where not those of selfwake. */
  table?: readonly Rule[];
}

/** A rule that is on, with the values that it is run with. */
interface Armed {
  rule: Rule;
  level: Level;
  thresholds: Thresholds;
}

/**
 * Judges a recording; the same one with the same options always gives the same answer.
 *
 * @throws {SelfwakeError} for a rule or threshold that does not exist or is out of range.
 * A rule that throws is listed in `brokenRules` instead, and the run goes on.
 */
export function judge(recording: Recording, options: JudgeOptions = {}): Judgement {
  const armed = arm(options);
  const judgement: Judgement = { verdict: 'ok', findings: [], notRun: [], brokenRules: [] };
  const hasSeen = recording.segments.some(sawAnything);
  const settled: RawFinding[] = [];
  let hasRun = false;
  let isUnsure = false;
  for (const segment of recording.segments) {
    const found: RawFinding[] = [];
    for (const { rule, level, thresholds } of armed) {
      if (!isAbout(rule, segment)) continue;
      const { isMet, notRun } = unmetNeeds(rule, segment);
      judgement.notRun.push(...notRun);
      if (!isMet) continue;
      const answer = checked(rule, segment, thresholds, judgement);
      if (answer === null) continue;
      hasRun = true;
      if (answer.answer === 'found') {
        found.push(...answer.findings.map((finding) => raw(finding, rule, level, segment)));
      }
      // A helper process without a poll, or of a moment, says nothing about the others.
      if (answer.answer === 'notEnough' && (sawAnything(segment) || !hasSeen)) {
        isUnsure = true;
        const { id } = rule.meta;
        judgement.notRun.push({
          rule: id,
          segment: segment.info.id,
          need: 'more',
          why: answer.why,
        });
      }
    }
    settled.push(...mergeSamePlace(withoutRetold(withoutShadowed(found))));
  }
  judgement.findings.push(...joinLayers(withoutSeenTwice(settled)).map(finish));
  sortFindings(judgement.findings);
  if (options.suppress !== undefined) setApart(judgement, options.suppress);
  const hasSeenEnough = hasRun && !isUnsure && judgement.brokenRules.length === 0;
  judgement.verdict = verdictOf(judgement.findings, hasSeenEnough);
  return judgement;
}

function setApart(judgement: Judgement, suppress: NonNullable<JudgeOptions['suppress']>): void {
  const suppressed = judgement.findings.flatMap((finding) => {
    const said = suppress(finding);
    return said === null ? [] : [{ finding, ...said }];
  });
  const known = new Set(suppressed.map(({ finding }) => finding));
  judgement.findings = judgement.findings.filter((finding) => !known.has(finding));
  judgement.suppressed = suppressed;
}

function arm({ thresholds = {}, rules = {}, table = RULES }: JudgeOptions): Armed[] {
  const ids = new Set(table.map((rule) => rule.meta.id));
  for (const id of [...Object.keys(thresholds), ...Object.keys(rules)]) {
    if (!ids.has(id)) throw unknownRule(id, ids);
  }
  return table.flatMap((rule) => {
    const own = rules[rule.meta.id] ?? rule.meta.level;
    const values = thresholdsOf(rule, thresholds);
    return own === 'off' ? [] : [{ rule, level: own, thresholds: values }];
  });
}

function isAbout({ meta: { about } }: Rule, { info }: Segment): boolean {
  return about === undefined || info.sees.includes(about);
}

/** A broken rule is its own error: it is named, and the others run. */
function checked(
  rule: Rule,
  segment: Segment,
  thresholds: Thresholds,
  { brokenRules }: Judgement,
): RuleAnswer | null {
  try {
    return rule.check(segment, thresholds);
  } catch (error) {
    const broken = { rule: rule.meta.id, error: String(error) };
    const isKnown = brokenRules.some(
      (one) => one.rule === broken.rule && one.error === broken.error,
    );
    if (!isKnown) brokenRules.push(broken);
    return null;
  }
}

function raw(finding: RuleFinding, rule: Rule, ruleLevel: Level, segment: Segment): RawFinding {
  const level = leveled(finding, ruleLevel);
  const tasks = new Set(finding.task === null ? [] : [finding.task]);
  return { ...finding, level, rule, segment, tasks };
}

/** The rule's level, or below it; what is only possible is at most a note. */
function leveled({ confidence, level }: RuleFinding, ruleLevel: Level): Level {
  if (confidence === 'possible') return 'note';
  return level !== undefined && LEVEL_RANK[level] > LEVEL_RANK[ruleLevel] ? level : ruleLevel;
}

function sawAnything(segment: Segment): boolean {
  const { counters, suspicions } = segment;
  if (suspicions.size > 0 || isWatchedEnough(segment)) return true;
  return [...counters.values()].some(({ polls }) => polls > 0);
}

/** Notes alone are no alarm: the verdict is about warnings and errors. */
function verdictOf(findings: readonly Finding[], hasSeenEnough: boolean): Judgement['verdict'] {
  if (findings.some(({ level }) => level !== 'note')) return 'found';
  return hasSeenEnough ? 'ok' : 'not-enough';
}
