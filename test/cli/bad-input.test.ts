/** What cannot be done is said in a sentence that names the way on; the exit code is 2. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserProject } from './user-project.ts';

const project = new UserProject();
afterAll(() => project[Symbol.dispose]());

beforeAll(() => {
  project.write('plain.mjs', 'process.exitCode = 77;');
  project.write('stripped.ts', 'const answer: number = 42; console.log(answer);');
  project.write('folder/other.js', '');
  project.write('empty', '');
  project.write('binary', '\u0000\u0001\ufffd\u0007'.repeat(1000));
  project.write('package-like.json', '{\n  "name": "x"\n}\n');
  project.write('other.jsonl', '{"type":"header"}\n{"type":"x"}\n');
  project.write('null.jsonl', 'null\n');
  project.write('future.jsonl', '{"type":"header","schemaVersion":999,"tool":7}\nwho knows\n');
  project.write('no-events.json', '{"v":1}\n');
  project.write('newer-console.json', '{"v":9}\n');
  project.write('endless.json', `{"v":1}\n${'x'.repeat(3_000_000)}`);
  project.write('none.folded', 'a;b 0\n');
  project.write('none.cpuprofile', '{"nodes":[{"id":1,"callFrame":{}}],"samples":[]}');
  project.write('no-stacks.perf', 'app 1 [000] 10.5:   250000 cycles:  7f00 main+0x1 (/app)\n');
  project.write(
    'damaged.jsonl',
    '{"type":"header","schemaVersion":1,"tool":"selfwake","toolVersion":"0"}\n{{{\n{"type":"x"}\n',
  );
});

interface Bad {
  args: string[];
  says: string[];
}

function bad(args: string, ...says: string[]): Bad {
  return { args: args.split(' ').filter((word) => word !== ''), says };
}

const CASES: Bad[] = [
  bad('frobnicate', "unknown command 'frobnicate'", 'selfwake --help'),
  bad('run', 'There is nothing to run', 'selfwake run app.js'),
  bad('run --', 'There is nothing to run'),
  bad('run --frobnicate healthy.mjs', "unknown option '--frobnicate'", 'selfwake run --help'),
  bad('run missing.mjs', 'There is no script missing.mjs', 'Check the path'),
  bad('run folder', 'folder is a folder', 'Name the script in it'),
  bad('run -- no-such-command-here', "Cannot start 'no-such-command-here'", 'PATH'),
  bad('run -- true', 'nothing could be judged', 'no Node process', 'selfwake run -- npm start'),
  bad('run -- false', 'ended with exit code 1 before a Node process', 'Mend that'),
  bad('run --threshold streak=5 healthy.mjs', 'RULE.KEY=N', 'self-wake.streak=500'),
  bad('run --threshold no.streak=5 healthy.mjs', "no rule 'no'", 'self-wake', 'selfwake rules'),
  bad('run --threshold self-wake.no=5 healthy.mjs', "no threshold 'no'", 'streak'),
  bad('run --threshold self-wake.streak=many healthy.mjs', 'must be a number from', 'not many'),
  bad('run --threshold self-wake.streak=0 healthy.mjs', 'must be a number from 1', 'not 0'),
  bad('run --threshold self-wake.streak=1e99 healthy.mjs', 'must be a number', 'not 1e99'),
  bad('run --fail-on fatal healthy.mjs', 'error, warning, note, never'),
  bad('run --on-detect explode healthy.mjs', 'report, exit'),
  bad('run --report json healthy.mjs', 'FORMAT=FILE', 'json=selfwake.json'),
  bad('run --report xml=x healthy.mjs', "no report 'xml'", 'terminal, json'),
  bad('run --format xml healthy.mjs', "no report 'xml'"),
  bad('run --for 10 healthy.mjs', 'a number and a unit', '10s'),
  bad('run --for 90d healthy.mjs', 'a number and a unit'),
  bad('report', "missing required argument 'FILE'", 'selfwake report --help'),
  bad('report missing.jsonl', 'Cannot read the recording missing.jsonl', 'no such file'),
  bad('report folder', 'Cannot read the recording folder', '--record'),
  bad('report empty', 'empty: This is no recording', 'it is empty', '--record'),
  bad('report binary', 'This is no recording', '--record'),
  bad('report package-like.json', 'This is no recording', '--record'),
  bad('report other.jsonl', 'This is no recording', '--record'),
  bad('report null.jsonl', 'This is no recording', '--record'),
  bad('report future.jsonl', 'schema version 999', 'Update selfwake'),
  bad('report damaged.jsonl', 'damaged at line 2', 'Record again'),
  bad('report no-events.json', 'It holds no event', 'Let the program run'),
  bad('report newer-console.json', 'version 9', 'Update selfwake'),
  bad('report endless.json', 'a line without an end'),
  bad('profile', "missing required argument 'FILE'", 'selfwake profile --help'),
  bad('profile missing.perf', 'Cannot read the profile missing.perf', 'no such file'),
  bad('profile folder', 'Cannot read the profile folder'),
  bad('profile empty', 'no profile that can be read', 'it is empty'),
  bad('profile binary', 'no profile that can be read', 'perf script, folded stacks'),
  bad('profile package-like.json', 'no profile that can be read'),
  bad('profile none.folded', 'It holds no sample', 'while it burns CPU time'),
  bad('profile none.cpuprofile', 'It holds no sample'),
  bad('profile no-stacks.perf', 'have no stacks', 'perf record --call-graph dwarf'),
  bad('tokio not:an:address', 'is no address', 'HOST:PORT'),
  bad('tokio 127.0.0.1:1 --for 3s', 'did not answer', 'tokio-console', 'nothing could be judged'),
  bad('explain', "missing required argument 'RULE'", 'selfwake rules'),
  bad('explain no-such-rule', "no rule 'no-such-rule'", 'self-wake'),
];

describe('bad input', () => {
  it.each(CASES)('selfwake $args', async ({ args, says }) => {
    const run = await project.selfwake(...args);
    expect(run.exitCode, run.story).toBe(2);
    expect(run.stdout).toBe('');
    for (const words of says) expect(run.stderr.replace(/\s+/g, ' ')).toContain(words);
    expect(run.stderr).not.toContain('bug in selfwake');
  });

  it('a script in a language that this Node and its project cannot run', async () => {
    const run = await project.selfwake('run', 'stripped.ts');
    const strips = (process.features as { typescript?: unknown }).typescript;
    expect(run.exitCode, run.story).toBe(strips ? 0 : 2);
    expect(run.stderr).toContain(strips ? 'not enough seen' : 'npm install --save-dev tsx');
  });

  it('is answered with help when there is none', async () => {
    const run = await project.selfwake();
    expect(run.exitCode, run.story).toBe(2);
    for (const command of ['run', 'report', 'explain', 'rules']) {
      expect(run.stderr).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'));
    }
  });
});

describe('a program that was not judged', () => {
  it('keeps its own exit code where that says more than 1', async () => {
    const script = `"$0" plain.mjs`;
    const args = ['run', '--', 'sh', '-c', `NODE_OPTIONS= ${script}`, process.execPath];
    const run = await project.selfwake(...args);
    expect(run.exitCode, run.story).toBe(77);
    expect(run.stderr).toContain('nothing could be judged');
  });
});
