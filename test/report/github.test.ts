import { describe, expect, it } from 'vitest';
import { githubReport } from '../../src/report/github.ts';
import { terminalReport } from '../../src/report/terminal.ts';
import { input } from './found-in-proxy.ts';
import { HOSTILE, hostileInput } from './hostile.ts';

/** The commands that a runner would obey, as it reads a log. */
function commands(log: string): string[] {
  const found: string[] = [];
  let token: string | null = null;
  for (const line of log.split('\n').map((text) => text.trimStart())) {
    if (token !== null) {
      if (line === `::${token}::`) token = null;
      continue;
    }
    if (!line.startsWith('::')) continue;
    found.push(line);
    if (line.startsWith('::stop-commands::')) token = line.slice('::stop-commands::'.length);
  }
  return found;
}

describe('the GitHub report', () => {
  it('annotates each finding, and shows the whole report in a group', () => {
    const log = githubReport(input);
    expect(commands(log)).toEqual([
      '::error file=proxy/src/tls.ts,line=120,col=3,title=selfwake%3A self-wake in TlsStream::' +
        'TlsStream answered Pending and woke its own task 1,024 times in a row. ' +
        'Pending must wait for something: leave the waker with what will unblock the task.',
      '::warning title=selfwake%3A wake-cycle in Reader::Reader and Writer wake each other. ' +
        'Pending must wait for something: leave the waker with what will unblock the task.',
      '::group::selfwake',
      expect.stringMatching(/^::stop-commands::[\da-f]{32}$/),
      '::endgroup::',
    ]);
    expect(log).toContain(terminalReport(input).trimEnd());
  });

  it.each(Object.entries(HOSTILE))('gives no command for %s in every name', (_, text) => {
    const log = githubReport(hostileInput(text));
    expect(commands(log).map((line) => line.split(/[ :]+/)[1])).toEqual([
      'error',
      'notice',
      'group',
      'stop-commands',
      'endgroup',
    ]);
    expect(log.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/u);
  });
});
