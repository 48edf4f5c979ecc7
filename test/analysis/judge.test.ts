import { describe, expect, it } from 'vitest';
import { judge } from '../../src/analysis/judge.ts';
import { RULES } from '../../src/rules/index.ts';
import type { Rule } from '../../src/rules/rule.ts';
import {
  calmSegment,
  emptyReadySuspicion,
  hardlyProbed,
  loopSuspicion,
  lostWakerSuspicion,
  probed,
  recordingOf,
  selfWakeSuspicion,
  silentSegment,
  state,
  suspicious,
} from '../rules/calm-segment.ts';

/** What an executor alone leaves open: loops outside of its futures. */
const NO_PROBE = ['hot-retry', 'timer-storm'].map((rule) => ({
  rule,
  segment: 'main',
  need: 'loops',
  why: "the source 'executor' does not see loops",
}));

const isOfFutures = ({ need }: { need: string }) => need !== 'loops';

const spinning = () => suspicious(selfWakeSuspicion());

describe('judge', () => {
  it('says ok where polls were seen and nothing was wrong', () => {
    expect(judge(recordingOf(calmSegment()))).toEqual({
      verdict: 'ok',
      findings: [],
      notRun: NO_PROBE,
      brokenRules: [],
    });
  });

  it('says not-enough where there is nothing to judge, and why', () => {
    expect(judge(recordingOf()).verdict).toBe('not-enough');
    const { verdict, notRun } = judge(recordingOf(silentSegment()));
    expect(verdict).toBe('not-enough');
    expect(notRun).toContainEqual({
      rule: 'self-wake',
      segment: 'main',
      need: 'more',
      why: 'no poll was seen',
    });
  });

  it('does not mind a process without a poll beside one that polls', () => {
    const helper = silentSegment();
    helper.info.id = 'helper';
    const { verdict, notRun } = judge(recordingOf(helper, calmSegment()));
    expect(verdict).toBe('ok');
    expect(notRun.filter(isOfFutures)).toEqual([]);
  });

  it('does not mind a process of a moment beside one that was watched', () => {
    const helper = hardlyProbed();
    helper.info.id = 'helper';
    expect(judge(recordingOf(helper, probed())).verdict).toBe('ok');
    expect(judge(recordingOf(helper, calmSegment())).verdict).toBe('ok');
    expect(judge(recordingOf(helper, silentSegment())).verdict).toBe('not-enough');
  });

  it('names what a thread without an executor cannot be asked', () => {
    const { verdict, notRun } = judge(recordingOf(probed()));
    expect(verdict).toBe('ok');
    expect(new Set(notRun.map(({ rule }) => rule))).toEqual(
      new Set(['never-yields', 'lost-waker', 'poll-after-ready']),
    );
  });

  it('tells the steps of a loop by the names of their functions', () => {
    const { verdict, findings } = judge(recordingOf(probed(loopSuspicion())));
    expect(verdict).toBe('found');
    expect(findings).toMatchObject([
      {
        rule: 'self-wake',
        level: 'error',
        confidence: 'proven',
        unit: { name: 'check', kind: 'site' },
        task: null,
        message: expect.stringMatching(/^check makes itself run again and again, 99 % of a core/),
        cycle: [{ unit: 'check', location: { file: 'poller.ts' }, wakes: 900, via: 'immediate' }],
      },
    ]);
  });

  it('fills in names, sentences and a fingerprint that no line is in', () => {
    const { verdict, findings } = judge(recordingOf(spinning()));
    expect(verdict).toBe('found');
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      rule: 'self-wake',
      level: 'error',
      confidence: 'proven',
      unit: { name: 'Reader', kind: 'future' },
      task: { name: 'conn' },
      process: { pid: 7 },
      message: expect.stringContaining('Reader answered Pending and woke its own task 1,000 times'),
      fingerprint: 'self-wake|future|Reader|reader.ts||pollRead',
    });
  });

  it('names units and tasks that were never introduced', () => {
    const segment = { ...spinning(), units: new Map(), tasks: new Map() };
    const [finding] = judge(recordingOf(segment)).findings;
    expect(finding).toMatchObject({ unit: { name: 'unit 1' }, task: { name: 'task 1' } });
  });

  it('leaves no hole in any sentence', () => {
    for (const rule of RULES) {
      const messages = [...Object.values(rule.meta.messages), ...Object.values(rule.meta.advice)];
      expect(messages.length).toBeGreaterThan(0);
    }
    for (const suspicion of [
      selfWakeSuspicion(),
      emptyReadySuspicion(),
      lostWakerSuspicion(),
      loopSuspicion(),
    ]) {
      const segment = suspicious(suspicion);
      segment.info.sees.push('loops');
      const [finding] = judge(recordingOf(segment)).findings;
      expect(finding?.message).not.toMatch(/[{}]/);
      expect(finding?.advice).not.toMatch(/[{}]/);
    }
  });

  it('lists the worst first, whatever the order of suspicions', () => {
    const note = selfWakeSuspicion({ id: 'a', task: 5, unit: 2, state: state('unseen') });
    const warning = lostWakerSuspicion({ id: 'b', task: 6, how: 'quiet' });
    const error = emptyReadySuspicion({ id: 'c', task: 7 });
    const levels = [
      [note, warning, error],
      [error, note, warning],
      [warning, error, note],
    ].map((order) => judge(recordingOf(suspicious(...order))).findings.map(({ level }) => level));
    for (const order of levels) expect(order).toEqual(['error', 'warning', 'note']);
  });
});

describe('levels', () => {
  const unsure = recordingOf(suspicious(selfWakeSuspicion({ state: state('unseen') })));

  it('are at most a note for what is only possible, and a note is no alarm', () => {
    for (const level of ['error', 'warning', 'note'] as const) {
      const { verdict, findings } = judge(unsure, { rules: { 'self-wake': level } });
      expect(findings.map((finding) => finding.level)).toEqual(['note']);
      expect(verdict).toBe('ok');
    }
  });

  it('are those that were configured', () => {
    const judged = judge(recordingOf(spinning()), { rules: { 'self-wake': 'warning' } });
    expect(judged.findings.map(({ level }) => level)).toEqual(['warning']);
  });

  it('go below the rule\u2019s where the rule says so, not above', () => {
    const quiet = recordingOf(suspicious(lostWakerSuspicion({ how: 'quiet' })));
    expect(judge(quiet).findings[0]?.level).toBe('warning');
    expect(judge(quiet, { rules: { 'lost-waker': 'note' } }).findings[0]?.level).toBe('note');
  });

  it('can be off', () => {
    const judged = judge(recordingOf(spinning()), { rules: { 'self-wake': 'off' } });
    expect(judged).toMatchObject({ verdict: 'ok', findings: [], notRun: NO_PROBE });
  });

  it('are refused for a rule that does not exist', () => {
    expect(() => judge(unsure, { rules: { 'self-woke': 'off' } })).toThrow(/no rule 'self-woke'/);
  });
});

describe('needs', () => {
  it('keep a rule from judging what its source does not see', () => {
    const segment = spinning();
    segment.info.sees = ['polls'];
    const { verdict, findings, notRun } = judge(recordingOf(segment));
    expect({ verdict, findings }).toEqual({ verdict: 'not-enough', findings: [] });
    expect(notRun).toContainEqual({
      rule: 'self-wake',
      segment: 'main',
      need: 'self-wakes',
      why: "the source 'executor' does not see self-wakes",
    });
    const asked = RULES.filter(({ meta }) => meta.about === undefined);
    expect(new Set(notRun.map(({ rule }) => rule)).size).toBe(asked.length);
  });

  it('take the reason from the source where it gave one', () => {
    const segment = spinning();
    segment.info.sees = segment.info.sees.filter((need) => need !== 'self-wakes');
    segment.blind = [{ need: 'self-wakes', why: 'wakes are deferred' }];
    expect(judge(recordingOf(segment)).notRun.filter(isOfFutures)).toEqual([
      { rule: 'self-wake', segment: 'main', need: 'self-wakes', why: 'wakes are deferred' },
    ]);
  });

  it('are named where they are seen in part, and the rule is run', () => {
    const segment = suspicious(emptyReadySuspicion());
    segment.blind = [{ need: 'reads', why: 'reads of foreign buffers are not seen' }];
    const { findings, notRun } = judge(recordingOf(segment));
    expect(findings).toHaveLength(1);
    expect(notRun.filter(isOfFutures).map(({ rule }) => rule)).toEqual([
      'ready-without-progress',
      'spin-inside-poll',
    ]);
  });

  it('of which one is enough are met by one, and the other is named', () => {
    const segment = suspicious(lostWakerSuspicion());
    segment.info.sees = segment.info.sees.filter((need) => need !== 'quiet');
    const { findings, notRun } = judge(recordingOf(segment));
    expect(findings.map(({ rule }) => rule)).toEqual(['lost-waker']);
    expect(notRun.filter(isOfFutures).map(({ rule, need }) => `${rule}: ${need}`)).toEqual([
      'lost-waker: quiet',
    ]);
  });

  it('of a segment that was never introduced are unknown', () => {
    const segment = spinning();
    segment.info.sees = [];
    const { verdict, notRun } = judge(recordingOf(segment));
    expect(verdict).toBe('not-enough');
    expect(notRun[0]?.why).toMatch(/no introduction/);
  });
});

describe('a rule that throws', () => {
  it('is its own error, and the others are run', () => {
    const broken: Rule = {
      meta: { ...RULES[0]!.meta, id: 'broken', thresholds: {} },
      check() {
        throw new TypeError('no such field');
      },
    };
    const { verdict, findings, brokenRules } = judge(recordingOf(spinning()), {
      table: [broken, ...RULES],
    });
    expect(verdict).toBe('found');
    expect(findings).toHaveLength(1);
    expect(brokenRules).toEqual([{ rule: 'broken', error: 'TypeError: no such field' }]);
    const calm = judge(recordingOf(calmSegment(), calmSegment()), { table: [broken, ...RULES] });
    expect(calm.verdict).toBe('not-enough');
    expect(calm.brokenRules).toHaveLength(1);
  });
});
