import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { judge } from '../../src/analysis/judge.ts';
import { codeFrameKey, type CodeFrame } from '../../src/model/code-frame.ts';
import type { LoopSuspicion, Place, Recording, WakeVia } from '../../src/model/recording.ts';
import { jsonReport } from '../../src/report/json.ts';
import { terminalReport } from '../../src/report/terminal.ts';
import {
  CHECK,
  calmSegment,
  hardlyProbed,
  loopSuspicion,
  probed,
  recordingOf,
  selfWakeSuspicion,
  silentSegment,
  state,
  suspicious,
  TIMERS,
} from '../rules/calm-segment.ts';

const ASK: Place = { ...CHECK, line: 20, functionName: 'ask' };
const frame: CodeFrame = {
  firstLine: 10,
  lines: ['async function check() {', '  for (;;) {', '    await ask();', '  }', '}'],
};

const step = (unit: number, place: Place | null, wakes: number, via: WakeVia) =>
  ({ unit, place, wakes, via }) as const;

function terminal(recording: Recording, width = 80): string {
  return terminalReport({
    recording,
    judgement: judge(recording),
    rules: [],
    repositoryRoot: null,
    codeFrames: new Map([[codeFrameKey('probe', CHECK), frame]]),
    style: { hasColor: false, width },
  });
}

const pair = (changes: Partial<LoopSuspicion> = {}): Recording =>
  recordingOf(
    probed(
      loopSuspicion({
        cpuShare: 0.98,
        since: 0,
        at: 3e9,
        members: [
          step(1, CHECK, 450, 'promise'),
          step(2, ASK, 440, 'immediate'),
          step(3, TIMERS, 20, 'timer'),
        ],
        chain: [
          { name: 'main', unit: null, place: { ...CHECK, file: 'app.ts' }, isGuilty: false },
          { name: 'check', unit: 1, place: CHECK, isGuilty: true },
        ],
        ...changes,
      }),
    ),
  );

describe('a loop on the terminal', () => {
  it('is told on one screen: what, where, why, its course, the way in, what to do', () => {
    expect(terminal(pair())).toBe(`error  wake-cycle in check  (proven)

  what    check is in a loop of 2 functions that make each other run, 98 % of a
          core for 3 s so far, and nothing changes in between.
  where   poller.ts:12:5 in check
            10 | async function check() {
            11 |   for (;;) {
          > 12 |     await ask();
               |     ^
            13 |   }
            14 | }
  why     cpu         0.98 cores  threshold wake-cycle.cpuShare=0.2
          loop share  97%
          duration    3,000 ms
          event loop  turns: timers and sockets get their turn in between
          seen        in 2 traces
          state       unchanged in 16 samples
  loop    ┌▶ check  run 450× by a promise     poller.ts:12
          │  ask    run 440× by setImmediate  poller.ts:20
          │  through Node: unit 3
          └──────────┘
  way in  main     app.ts:12
          └ check  poller.ts:12  ◀ here
  process 7
  do      One of them sets the next going without anything new for it. Wait for
          what would change the answer instead, or stop when nothing came of a
          round.
          selfwake explain wake-cycle

Not judged: never-yields, lost-waker, poll-after-ready (they are about
  futures, and no executor was seen).

found  1 error in 1 thread, watched for 10.0 s, 2 traces taken
`);
  });

  it('says what moved, and how little could be walked', () => {
    const moved = [{ path: 'this.tries', as: 'counter' }];
    const text = terminal(pair({ state: state('counters', { moved, isComplete: false }) }));
    expect(text).toContain(
      'state       only counters, clocks or ids moved in 16 samples, walked in part',
    );
    expect(text).toContain('moved       this.tries (counter)');
  });

  it('says that the event loop is starved', () => {
    const text = terminal(pair({ isStarving: true, traces: 1 }));
    expect(text).toContain('event loop  starved: no timer and no socket gets its turn');
    expect(text).toContain('seen        in one trace');
  });

  it('stays within its width, however long and many the names are', () => {
    const long = 'anExtraordinarilyLongNameOfAFunctionThatSomebodyWrote';
    const place = { ...CHECK, file: `some/very/deep/folder/${long}.ts`, functionName: long };
    const members = Array.from({ length: 20 }, (_, n) => step(n + 1, place, 1e6, 'immediate'));
    const nodes = members.map((member) => ({ ...member, place: TIMERS }));
    const recording = pair({ members: [...members, ...nodes] });
    const [segment] = recording.segments;
    for (let id = 1; id <= 20; id += 1) {
      segment?.units.set(id, { id, kind: 'site', name: `${long}${id}`, place, key: `${id}` });
    }
    const text = terminal(recording);
    const drawn = text.slice(text.indexOf('  loop '), text.indexOf('  way in'));
    for (const line of drawn.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(drawn).toContain('… 14 more');
  });
});

describe('a program without futures', () => {
  it('that is healthy is one line and what was not judged', () => {
    expect(
      terminal(recordingOf(probed())),
    ).toBe(`Not judged: never-yields, lost-waker, poll-after-ready (they are about
  futures, and no executor was seen).

ok  no busy loop found in 1 thread, watched for 10.0 s, 2 traces taken
`);
  });

  it('that was traced for long is told so', () => {
    const felt = probed();
    felt.tracedNs = 1e9;
    expect(terminal(recordingOf(felt))).toContain(
      '2 traces taken in 10 % of the time, in which the program ran slower',
    );
    felt.tracedNs = 0.99e9;
    expect(terminal(recordingOf(felt))).not.toContain('of the time');
  });

  it('is told by its threads and processes', () => {
    const [main, worker, child] = [probed(), probed(), probed()];
    worker.info.process = { ...worker.info.process, thread: 1 };
    child.info.process = { ...child.info.process, pid: 8 };
    const text = terminal(recordingOf(main, worker, child));
    expect(text).toContain('in 3 threads of 2 processes, watched for 10.0 s, 6 traces taken');
  });

  it('that was over at once was not seen enough', () => {
    const text = terminal(recordingOf(hardlyProbed()));
    expect(text).toMatch(/^not enough seen {2}nothing found in 1 thread/m);
    expect(text).toContain('the thread was watched for 299 ms only');
  });
});

describe('a program with an executor', () => {
  it('that the probe watches too is told by its polls, and nothing is missing', () => {
    const text = terminal(recordingOf(calmSegment(), probed()));
    expect(text).toContain('ok  no busy loop found in 5,000 polls');
    expect(text).toContain('future type');
    expect(text).not.toContain('Not judged');
  });

  it('that no probe watches names what it would see', () => {
    const text = terminal(recordingOf(calmSegment()));
    expect(text.replace(/\s+/g, ' ')).toContain(
      "Not judged: hot-retry, timer-storm (the source 'executor' does not see loops).",
    );
    const elsewhere = probed();
    elsewhere.info.process = { ...elsewhere.info.process, thread: 3 };
    expect(terminal(recordingOf(calmSegment(), elsewhere))).toContain('does not see loops');
  });

  it('that polled nothing says so where nobody else watched', () => {
    expect(terminal(recordingOf(silentSegment()))).toContain('No future was polled.');
  });

  it('draws the cycle of its tasks as before', () => {
    expect(terminal(recordingOf(suspicious(selfWakeSuspicion())))).not.toContain('  loop ');
  });
});

describe('the report for programs', () => {
  const file = new URL('../../src/report/report.schema.json', import.meta.url);
  const schema = JSON.parse(readFileSync(file, 'utf8')) as object;
  const isValid = new Ajv2020({ strict: true, strictTypes: false }).compile(schema);
  const json = (recording: Recording): Record<string, unknown> => {
    const style = { hasColor: false, width: 80 };
    const judgement = judge(recording);
    const input = {
      recording,
      judgement,
      rules: [],
      repositoryRoot: null,
      codeFrames: new Map(),
      style,
    };
    return JSON.parse(jsonReport(input)) as Record<string, unknown>;
  };

  it('has all of a loop, as its schema says', () => {
    const report = json(pair({ state: state('same', { isComplete: false }) }));
    expect(isValid(report), JSON.stringify(isValid.errors)).toBe(true);
    expect(report).toMatchObject({
      verdict: 'found',
      findings: [
        {
          rule: 'wake-cycle',
          level: 'error',
          confidence: 'likely',
          unit: { name: 'check', kind: 'site', key: 'site|check|poller.ts|check' },
          process: { pid: 7, thread: 0 },
          location: { file: 'poller.ts', line: 12, column: 5, functionName: 'check' },
          message: expect.stringContaining('2 functions that make each other run'),
          evidence: { cpu: { value: 0.98, threshold: 0.2, thresholdKey: 'cpuShare' } },
          cycle: [
            { unit: 'check', wakes: 450, via: 'promise' },
            { unit: 'ask', location: { line: 20 }, wakes: 440, via: 'immediate' },
            { unit: 'unit 3', wakes: 20, via: 'timer' },
          ],
        },
      ],
      processes: [{ source: 'probe', watchedMs: 10_000, traces: 2 }],
    });
  });

  it('keeps every rule that was not run', () => {
    const report = json(recordingOf(probed()));
    expect(isValid(report), JSON.stringify(isValid.errors)).toBe(true);
    expect(report['notRun']).toHaveLength(4);
  });
});
