/** The assertion and the matcher, in the tests of somebody who installed the package. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../house/repository-files.ts';
import { PackedProject } from './packed-project.ts';

const project = new PackedProject();
afterAll(() => project[Symbol.dispose]());

const TESTS = `
  import { afterEach, beforeEach, expect, test } from 'vitest';
  import { type AsyncRead, type Context, createMonitor, Executor, type Future, type Monitor, Poll, ReadBuf, ready } from 'selfwake';
  import { assertNoBusyLoop } from 'selfwake/testing';
  import 'selfwake/vitest';

  class ImpatientReader implements Future<never> {
    poll(cx: Context): Poll<never> {
      cx.waker.wakeByRef(); // <- here
      return Poll.Pending;
    }
  }

  /** Believes a reader that is Ready with nothing, and never leaves its poll. */
  class Believer implements Future<void> {
    private readonly buf = ReadBuf.alloc(16);
    private readonly reader = new EmptyReader();
    poll(cx: Context): Poll<void> {
      while (this.buf.remaining > 0) {
        if (this.reader.pollRead(cx, this.buf).isPending) return Poll.Pending;
      }
      return Poll.Ready();
    }
  }
  class EmptyReader implements AsyncRead {
    pollRead(_cx: Context, _buf: ReadBuf): Poll<void> {
      return Poll.Ready();
    }
  }

  let monitor: Monitor;
  beforeEach(() => { monitor = createMonitor(); });
  afterEach(() => monitor.close());

  /** Has the monitor see a spin that somebody ends. */
  async function spin(): Promise<void> {
    const task = new Executor({ monitor }).spawn(new ImpatientReader());
    const polls = () => monitor.snapshot().units[0]?.counters.polls ?? 0;
    while (polls() < 5000) await new Promise((resolve) => setImmediate(resolve));
    task.abort();
    await task.promise.catch(() => {});
  }

  test('spins for ever', async () => {
    monitor.close();
    monitor = createMonitor({ onDetect: 'abort' });
    await new Executor({ monitor }).blockOn(new ImpatientReader());
  });
  test('spins for ever in a task that is not awaited', async () => {
    monitor.close();
    monitor = createMonitor({ onDetect: 'abort' });
    const executor = new Executor({ monitor });
    await executor.spawn(new ImpatientReader()).promise;
  });
  test('reads for ever inside one poll', async () => {
    monitor.close();
    monitor = createMonitor({ onDetect: 'abort' });
    await new Executor({ monitor }).blockOn(new Believer());
  });
  test('assertion', async () => {
    await spin();
    assertNoBusyLoop(monitor);
  });
  test('matcher', async () => {
    await spin();
    expect(monitor).toHaveNoBusyLoop();
  });
  test('recording', async () => {
    await spin();
    expect(JSON.parse(JSON.stringify(monitor.findings()))).toHaveLength(1);
    assertNoBusyLoop(monitor.recording());
  });
  test('not as expected', () => {
    expect(monitor).not.toHaveNoBusyLoop();
  });
  test('fine: no spin', async () => {
    expect(await new Executor({ monitor }).blockOn(ready(1))).toBe(1);
    assertNoBusyLoop(monitor);
    expect(monitor).toHaveNoBusyLoop();
  });
  test('fine: below the thresholds', async () => {
    await spin();
    const thresholds = { 'self-wake': { streak: 1e9, perSecond: 1e9 } };
    assertNoBusyLoop(monitor, { thresholds });
    expect(monitor).toHaveNoBusyLoop({ thresholds });
  });
  test('fine: off, or expected', async () => {
    await spin();
    assertNoBusyLoop(monitor, { rules: { 'self-wake': 'off' } });
    assertNoBusyLoop(monitor, { rules: { 'self-wake': 'warning' }, failOn: 'error' });
    expect(monitor).toHaveNoBusyLoop({ rules: { 'self-wake': 'off' } });
    expect(monitor).not.toHaveNoBusyLoop();
  });
`;

interface Result {
  title: string;
  status: string;
  failureMessages: string[];
}

async function results(): Promise<Map<string, Result>> {
  project.write('spin.test.ts', TESTS);
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const run = await project.run(process.execPath, [vitest, 'run', '--reporter=json']);
  expect(run.exitCode, run.story).toBe(1);
  const report = JSON.parse(run.stdout) as { testResults: { assertionResults: Result[] }[] };
  return new Map(report.testResults[0]!.assertionResults.map((result) => [result.title, result]));
}

describe('in a project of its own', () => {
  let byTitle: Map<string, Result>;
  beforeAll(async () => {
    await project.install();
    project.lend('vitest');
    byTitle = await results();
  }, 180_000);

  it.each([
    'spins for ever',
    'spins for ever in a task that is not awaited',
    'assertion',
    'matcher',
    'recording',
  ])('%s: fails with what a terminal shows', (title) => {
    const { status, failureMessages } = byTitle.get(title)!;
    expect(status).toBe('failed');
    const message = failureMessages.join('\n');
    expect(message).toContain('error  self-wake in ImpatientReader  (proven)');
    expect(message).toMatch(/ what {4}ImpatientReader answered Pending and woke its own task/);
    expect(message).toMatch(/ where {3}spin\.test\.ts:\d+:\d+ in ImpatientReader\.poll/);
    expect(message).toMatch(/> +\d+ \| +cx\.waker\.wakeByRef\(\); \/\/ <- here/);
    expect(message).toContain('threshold self-wake.streak=');
    expect(message).toContain('selfwake explain self-wake');
    expect(message).not.toMatch(/timed out/i);
  });

  it('does not hang in one poll that never returns', () => {
    const { status, failureMessages } = byTitle.get('reads for ever inside one poll')!;
    expect(status).toBe('failed');
    expect(failureMessages.join()).toMatch(/error {2}\S+ in EmptyReader {2}\(proven\)/);
    expect(failureMessages.join()).not.toMatch(/timed out/i);
  });

  it('shows the line of the assertion first in the stack', () => {
    const [message = ''] = byTitle.get('assertion')!.failureMessages;
    expect(/^ +at (.*)/m.exec(message)?.[1]).toContain('spin.test.ts');
  });

  it('says when a loop was expected and none is there', () => {
    expect(byTitle.get('not as expected')!.failureMessages.join()).toContain('none was found');
  });

  it.each(['fine: no spin', 'fine: below the thresholds', 'fine: off, or expected'])(
    '%s: passes',
    (title) => {
      expect(byTitle.get(title)).toMatchObject({ status: 'passed', failureMessages: [] });
    },
  );

  it('is typed', async () => {
    project.write(
      'types.ts',
      `import { expect } from 'vitest';
       import { createMonitor, type Recording } from 'selfwake';
       import { assertNoBusyLoop, busyLoopIn } from 'selfwake/testing';
       import 'selfwake/vitest';
       const monitor = createMonitor();
       expect(monitor).toHaveNoBusyLoop({ failOn: 'error', rules: { 'self-wake': 'off' } });
       assertNoBusyLoop({} as Recording);
       export const line: number | undefined = busyLoopIn(monitor)?.finding.location?.line;
       // @ts-expect-error: no such level
       expect(monitor).toHaveNoBusyLoop({ failOn: 'fatal' });
       // @ts-expect-error: neither a monitor nor a recording
       assertNoBusyLoop('monitor');
      `,
    );
    const outcome = await project.typeCheck();
    expect(outcome.exitCode, outcome.story).toBe(0);
  });
});
