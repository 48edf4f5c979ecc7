/**
 * `npm run corpus`: runs every case on every Node under `selfwake run` and prints how it was
 * judged. Exit 1 when a healthy program was flagged or changed, or a target is missed.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { caseFolder } from './case-folder.ts';
import { type Case, casesIn, ROOT } from './cases.ts';
import { attachToHealthy, attachToSpin } from './attached-run.ts';
import { judgeHealthy, judgeSpin, type Row } from './judge-case.ts';
import { plainRun } from './plain-runs.ts';
import { markdownReport, rowLine, shortfalls, terminalReport } from './table.ts';
import { startUpSecondsOf, watchHealthy, watchSpin } from './watched-run.ts';

const RESULTS = join(ROOT, 'test/corpus/RESULTS.md');

const USAGE = `npm run corpus -- [options]
  --only REGEX     cases whose group/id matches
  --node PATH      a Node to run on, repeatable; default SELFWAKE_NODES, else this one
  --seconds N      how long a spin may go on unnoticed (8)
  --jobs N         cases at once (1)
  --attach         runs them plain, and attaches to them
  --json FILE      the rows, for programs
  --write          keep the tables in test/corpus/RESULTS.md`;

interface Node {
  path: string;
  /** `v20.20.2`. */
  version: string;
  startUpSeconds: number;
}

const options = readOptions();
process.exitCode = options === null ? 2 : await main(options);

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string', default: '' },
        node: { type: 'string', multiple: true },
        seconds: { type: 'string', default: '8' },
        jobs: { type: 'string', default: '1' },
        attach: { type: 'boolean', default: false },
        json: { type: 'string' },
        write: { type: 'boolean', default: false },
      },
    });
    const named = process.env['SELFWAKE_NODES']?.split(':').filter((path) => path !== '') ?? [];
    const nodes = values.node ?? (named.length > 0 ? named : [process.execPath]);
    const [seconds, jobs] = [Number(values.seconds), Number(values.jobs)];
    if (!(seconds > 0)) throw new Error('--seconds is a number above 0.');
    if (values.attach && (jobs > 1 || values.write)) {
      throw new Error('--attach goes one at a time (inspectors share a port), and is not kept.');
    }
    if (!Number.isInteger(jobs) || jobs < 1) throw new Error('--jobs is a whole number from 1.');
    return { ...values, only: new RegExp(values.only), nodes, seconds, jobs };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return null;
  }
}

async function main(options: NonNullable<ReturnType<typeof readOptions>>): Promise<number> {
  const cases = casesIn().filter(({ group, id }) => options.only.test(`${group}/${id}`));
  if (cases.length === 0) {
    console.error(`No case matches --only ${options.only.source}.`);
    return 2;
  }
  const nodes: Node[] = [];
  for (const path of options.nodes) nodes.push(await probe(path));
  const versions = nodes.map(({ version }) => version.slice(1));
  // After every row: a run over all cases takes long, and one that is cut short has seen much.
  const keep = (rows: readonly Row[]) => {
    if (options.json === undefined) return;
    writeFileSync(options.json, `${JSON.stringify({ nodes: versions, rows }, null, 2)}\n`);
  };
  const { rows, broken } = await runAll(cases, nodes, { ...options, keep });
  rows.sort(inOrder(cases));
  keep(rows);
  console.log(`\n${terminalReport(rows)}\n`);
  if (options.write) writeFileSync(RESULTS, markdownReport(rows, versions));
  const sentences = [...shortfalls(rows), ...broken];
  console.log(sentences.length === 0 ? 'All targets are met.' : sentences.join('\n'));
  return sentences.length === 0 ? 0 : 1;
}

async function probe(path: string): Promise<Node> {
  const version = execFileSync(path, ['--version'], { encoding: 'utf8' }).trim();
  const folder = mkdtempSync(join(tmpdir(), 'selfwake-corpus-'));
  try {
    return { path, version, startUpSeconds: await startUpSecondsOf(path, folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface RunOptions {
  attach: boolean;
  seconds: number;
  jobs: number;
  keep: (rows: readonly Row[]) => void;
}

interface Ran {
  rows: Row[];
  /** Cases that could not be run, each with its reason. */
  broken: string[];
}

/** Folder by folder: a case's folder serves all its runs, which never overlap. */
async function runAll(
  cases: readonly Case[],
  nodes: readonly Node[],
  { attach, seconds, jobs, keep }: RunOptions,
): Promise<Ran> {
  const folders = [...new Set(cases.map(({ folder }) => folder))];
  const ran: Ran = { rows: [], broken: [] };
  const worker = async () => {
    for (let source = folders.shift(); source !== undefined; source = folders.shift()) {
      const sameFolder = cases.filter(({ folder }) => folder === source);
      try {
        for await (const row of rowsOf(source, sameFolder, nodes, { attach, seconds })) {
          console.log(rowLine(row));
          ran.rows.push(row);
          keep(ran.rows);
        }
      } catch (error) {
        ran.broken.push(`${relative(ROOT, source)} could not be run: ${String(error)}`);
        console.error(ran.broken.at(-1));
      }
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return ran;
}

async function* rowsOf(
  source: string,
  cases: readonly Case[],
  nodes: readonly Node[],
  how: Pick<RunOptions, 'attach' | 'seconds'>,
): AsyncGenerator<Row> {
  const folder = await caseFolder(source);
  try {
    for (const theCase of cases) {
      for (const node of nodes) {
        if (runsOn(theCase, node.version)) yield await judged(theCase, node, folder, how);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runsOn({ nodes }: Case, version: string): boolean {
  return nodes === null || nodes.includes(version.slice(1).split('.')[0] ?? '');
}

async function judged(
  theCase: Case,
  node: Node,
  folder: string,
  { attach, seconds }: Pick<RunOptions, 'attach' | 'seconds'>,
): Promise<Row> {
  const { script, onsetSeconds } = theCase;
  const { path, version, startUpSeconds } = node;
  if (theCase.guilty !== null) {
    const spin = { node: path, folder, script, seconds };
    const seen = attach
      ? await attachToSpin({ ...spin, onsetSeconds })
      : await watchSpin({ ...spin, startUpSeconds });
    // Attaching begins after the onset, and counts from there.
    return judgeSpin(attach ? { ...theCase, onsetSeconds: 0 } : theCase, version, seen);
  }
  const plain = await plainRun({ node, source: theCase.folder, folder, script });
  const seen = await (attach ? attachToHealthy : watchHealthy)(path, folder, script);
  return judgeHealthy(theCase, version, seen, plain);
}

/** As the cases are listed, whatever order they ended in. */
function inOrder(cases: readonly Case[]): (a: Row, b: Row) => number {
  const places = new Map(cases.map(({ group, id }, i) => [`${group}/${id}`, i]));
  const placeOf = ({ group, id }: Row) => places.get(`${group}/${id}`) ?? 0;
  return (a, b) => placeOf(a) - placeOf(b) || (a.node < b.node ? -1 : 1);
}
