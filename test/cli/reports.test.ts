/** `--report`, `--format`, `--record`, and judging a recording again. */
import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserProject } from './user-project.ts';

const project = new UserProject();
afterAll(() => project[Symbol.dispose]());

const RUN = ['run', '--on-detect', 'exit'];

interface Found {
  verdict: string;
  findings: { evidence: { streak: { value: number } } }[];
  truncated: boolean;
}

function json(path: string): Found {
  return JSON.parse(project.read(path)) as Found;
}

describe('reports in files', () => {
  it('are written as often as asked for, and the same', async () => {
    const targets = ['--report', 'json=a.json', '--report', 'json=b.json'];
    const run = await project.selfwake(...RUN, ...targets, '--report=terminal=c.txt', 'spin.mjs');
    expect(run.exitCode, run.story).toBe(1);
    expect(json('a.json').verdict).toBe('found');
    expect(project.read('b.json')).toBe(project.read('a.json'));
    expect(project.read('c.txt')).toMatch(/^error {2}self-wake in ImpatientReader/);
    expect(project.read('c.txt')).not.toContain('\u001b');
  });

  it('are written in every format at once', async () => {
    const formats = ['terminal', 'json', 'sarif', 'junit', 'github', 'markdown'];
    const targets = formats.flatMap((format) => ['--report', `${format}=all/${format}`]);
    project.write('all/keep', '');
    const run = await project.selfwake(...RUN, ...targets, 'spin.mjs');
    expect(run.exitCode, run.story).toBe(1);
    for (const format of formats) expect(project.read(`all/${format}`)).toContain('self-wake');
    expect(project.read('all/sarif')).toContain('# self-wake');
  });

  it('are refused before the program runs, where they could not be written', async () => {
    project.write('folder/keep', '');
    for (const [target, why] of [
      ['json=missing/x.json', 'there is no folder missing'],
      ['json=folder', 'it is a folder'],
    ] as const) {
      const run = await project.selfwake('run', '--report', target, 'spin.mjs');
      expect(run.exitCode, run.story).toBe(2);
      expect(run.stdout).toBe('');
      expect(run.stderr).toContain(why);
      expect(run.stderr).toContain('Choose another file for --report.');
    }
  });

  it('that fail at the end leave what was there, and no other stray file', async () => {
    project.write('out/a.json', 'the old one');
    project.write(
      'vanishes.mjs',
      `import { renameSync } from 'node:fs'; renameSync('out', 'gone'); await import('./healthy.mjs');`,
    );
    const targets = ['--report', 'json=out/a.json', '--report', 'json=kept.json'];
    const run = await project.selfwake('run', ...targets, 'vanishes.mjs');
    expect(run.exitCode, run.story).toBe(2);
    expect(run.stderr).toContain('Cannot write the json report out/a.json');
    expect(readdirSync(join(project.folder, 'gone'))).toEqual(['a.json']);
    expect(project.read('gone/a.json')).toBe('the old one');
    expect(json('kept.json').verdict).toBe('ok');
  });

  it.skipIf(process.platform !== 'linux')(
    'that find the disk full leave the older one',
    async () => {
      const run = await project.selfwake(...RUN, '--record', 'full.jsonl', 'spin.mjs');
      expect(run.exitCode, run.story).toBe(1);
      project.write('old.json', 'the old one');
      const command = project.selfwakeCommand('report', '--fail-on', 'never', 'full.jsonl');
      const limited = ['-c', 'ulimit -f 1; exec "$0" "$@"', ...command];
      const small = await project.start('bash', [...limited, '--report', 'json=old.json']).ended;
      expect(small.exitCode, small.story).toBe(2);
      expect(small.stderr).toContain('Cannot write the json report old.json');
      expect(project.read('old.json')).toBe('the old one');
      expect(readdirSync(project.folder).filter((name) => name.includes('old.json'))).toHaveLength(
        1,
      );
      const full = await project.selfwake('report', '--report', 'sarif=/dev/full', 'full.jsonl');
      expect(full.stderr).toContain('Cannot write the sarif report /dev/full: ENOSPC');
    },
  );

  it.skipIf(process.platform === 'win32')(
    'on a screen that nobody reads fail nothing',
    async () => {
      const command = project.selfwakeCommand('report', '--fail-on', 'never', 'full.jsonl');
      const piped = ['-c', '{ "$0" "$@"; echo "ended with $?" >&2; } | true', ...command];
      const run = await project.start('bash', piped).ended;
      expect(run.stderr, run.story).toBe('ended with 0\n');
    },
  );

  it('follow a link to its file', async () => {
    project.write('real.json', 'old');
    symlinkSync('real.json', join(project.folder, 'link.json'));
    const run = await project.selfwake('run', '--report', 'json=link.json', 'healthy.mjs');
    expect(run.exitCode, run.story).toBe(0);
    expect(json('real.json').verdict).toBe('ok');
  });

  it.each(process.platform === 'win32' ? [] : ['sh'])(
    'go down a pipe, which stays one',
    async (sh) => {
      const run = await project.start(sh, [
        '-c',
        'mkfifo pipe && { cat pipe > piped.json & } && "$0" "$@"; code=$?; wait; test -p pipe && exit $code',
        ...project.selfwakeCommand('run', '--report', 'json=pipe', 'healthy.mjs'),
      ]).ended;
      expect(run.exitCode, run.story).toBe(0);
      expect(json('piped.json').verdict).toBe('ok');
    },
  );
});

describe('--format json', () => {
  it('is all that the screen shows', async () => {
    const run = await project.selfwake(...RUN, '--format', 'json', 'spin.mjs');
    expect(run.exitCode, run.story).toBe(1);
    expect(JSON.parse(run.stderr)).toMatchObject({ verdict: 'found' });
  });
});

describe('a recording', () => {
  beforeAll(async () => {
    const args = ['--record', 'spin.jsonl', '--report', 'json=live.json', 'spin.mjs'];
    const run = await project.selfwake(...RUN, ...args);
    expect(run.exitCode, run.story).toBe(1);
  });

  it('is judged as it was while it was made', async () => {
    const again = await project.selfwake('report', '--report', 'json=again.json', 'spin.jsonl');
    expect(again.exitCode, again.story).toBe(1);
    expect(again.stdout).toContain('self-wake in ImpatientReader');
    expect(again.stderr).toBe('');
    expect(json('again.json')).toEqual(json('live.json'));
  });

  it('is judged by other thresholds, and to another exit code', async () => {
    const found = json('live.json').findings[0]!.evidence.streak.value;
    const high = await project.selfwake(
      'report',
      ...['--threshold', 'self-wake.streak=1000000000', '--threshold', 'self-wake.perSecond=1e9'],
      'spin.jsonl',
    );
    expect(found).toBeGreaterThanOrEqual(1000);
    expect(high.stdout).not.toContain('error  self-wake');
    const never = await project.selfwake('report', '--fail-on', 'never', 'spin.jsonl');
    expect(never.exitCode, never.story).toBe(0);
    expect(never.stdout).toContain('error  self-wake');
  });

  it('that was cut anywhere is judged up to its last whole line, and says so', async () => {
    const whole = project.read('spin.jsonl');
    const header = whole.indexOf('\n') + 1;
    for (const length of [header, header + 40, Math.floor(whole.length / 2), whole.length - 10]) {
      project.write('cut.jsonl', whole.slice(0, length));
      const run = await project.selfwake('report', '--report', 'json=cut.json', 'cut.jsonl');
      expect([0, 1], run.story).toContain(run.exitCode);
      expect(run.stdout, run.story).toContain('The recording was cut');
      expect(json('cut.json').truncated).toBe(true);
      expect(run.exitCode).toBe(json('cut.json').verdict === 'found' ? 1 : 0);
    }
  });

  it('is kept up to the moment when everything was killed', async () => {
    const run = project.startSelfwake(['run', '--record', 'killed.jsonl', 'spin.mjs']);
    await run.until(({ stderr }) => stderr.includes('selfwake explain'));
    process.kill(-run.pid, 'SIGKILL');
    await run.ended;
    const again = await project.selfwake('report', 'killed.jsonl');
    expect(again.exitCode, again.story).toBe(1);
    expect(again.stdout).toContain('The recording was cut');
  });

  it('is refused before the program runs, where it could not be written', async () => {
    const run = await project.selfwake('run', '--record', 'missing/x.jsonl', 'spin.mjs');
    expect(run.exitCode, run.story).toBe(2);
    expect(run.stdout).toBe('');
    expect(run.stderr).toContain('Choose another file for --record.');
    expect(existsSync(join(project.folder, 'missing'))).toBe(false);
  });
});
