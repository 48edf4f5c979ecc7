// The import table of src/ARCHITECTURE.md as a check. The table there is the law and is read
// from there; here stands only the reason for each row, which is what a breaker gets to read.
import { readFileSync, readdirSync } from 'node:fs';

/** Why a folder may import no more than its row allows. */
const reasons = {
  core: 'The contract is a port of Rust and usable alone: nothing of ours may leak into it.',
  executor:
    'The hot path knows the contract and its own Recorder interface; who listens is not its business, so that "off" costs next to nothing.',
  model: 'The waist of the hourglass: whoever reads a recording must need no other part.',
  ledger: 'Lines in, Recording out, no clock and no source: what makes the split-run law testable.',
  trace: 'Shared by all sources that look into a program, so it may know none of them, nor a rule.',
  'source/executor':
    'A source fills the model. It alone may touch the executor, and no other source may know it; it may judge, and print a finding, since its monitor answers inside a plain process.',
  'source/probe':
    'It watches programs that know nothing of the contract, from outside of them: neither the executor nor another source may be needed for that, and rules judge later.',
  'source/attach':
    'It looks into programs that were not started for it, and leaves nothing in them: what it shares with the probe is in trace, and rules judge later.',
  'source/profile':
    'It reads what others have sampled: nothing that runs may be needed for that, and no disk.',
  'source/tokio':
    "A client of other people's servers and a reader of their files: it knows no other source, and no disk.",
  session: 'Carries lines between threads and processes. It starts sources, and judges nothing.',
  rules: 'A rule reads the model only, so that a saved recording can be judged again anywhere.',
  analysis:
    'Runs rules over a recording; where it came from and how it is printed are not its own.',
  report: 'Findings to text, pure: every report must be printable from a saved recording.',
  testing: 'Assertions sit on the library, not on the command line.',
  otel: 'Metrics are read from a monitor in a plain process; whoever wants none must not need the API of them.',
  cli: 'Commands put parts together. The contract is for programs that are watched, not for us.',
};

/** The few files that may touch the disk, and what each reads or writes there. */
const diskUsers = [
  'src/cli/', // files named on the command line
  'src/source/probe/heart.ts', // the system's number of its thread, from /proc
  'src/source/attach/agent-script.ts', // the script that is put into a program
  'src/source/attach/proc.ts', // processes and their threads, from /proc
  'src/session/', // sockets, the preload, the script to start
  'src/testing/runner/test-guard.ts', // the last words of a process that it ends
  'src/trace/code-frames.ts', // source text around a finding's place
  'src/trace/thread-cpu.ts', // CPU time of a thread, from /proc
  'src/trace/source-maps.ts', // maps beside the code that is watched
];

const folders = Object.keys(reasons);
const rows = readTable(readFileSync(new URL('src/ARCHITECTURE.md', import.meta.url), 'utf8'));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...folders.map((folder) => ({
      name: `${folder.replace('/', '-')}-imports-only-its-row`,
      comment: `src/${folder} may import ${rows.get(folder)?.join(', ') || 'nothing of ours'}. ${reasons[folder]} See src/ARCHITECTURE.md.`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: { path: '^src/', pathNot: [folder, ...rows.get(folder)].map((to) => `^src/${to}/`) },
    })),
    {
      name: 'no-cycle',
      comment:
        'Files that need each other to load are one file: neither can be read or tested alone. Types may refer to each other.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'commander-only-in-cli',
      comment:
        'The library must be usable without a command line; options are parsed in one place.',
      severity: 'error',
      from: { pathNot: '^src/cli/' },
      to: { path: 'node_modules/commander/' },
    },
    {
      name: 'bin-only-starts-the-cli',
      comment: 'bin holds the shebang; what can be tested without a process belongs to src/cli.',
      severity: 'error',
      from: { path: '^bin/' },
      to: { path: '^(src|dist)/', pathNot: '^(src|dist)/cli/' },
    },
    {
      name: 'disk-only-where-listed',
      comment:
        'What runs inside a watched program leaves its disk alone, and rules and reports are pure. A file that must touch it is added, with its reason, to the list in .dependency-cruiser.mjs.',
      severity: 'error',
      from: { path: '^src/', pathNot: diskUsers.map((path) => `^${path.replace('.', '\\.')}`) },
      to: { dependencyTypes: ['core'], path: '^(node:)?fs(/promises)?$' },
    },
    {
      name: 'ships-what-it-imports',
      comment:
        'A user who installs the package gets `dependencies` (and may bring the peers), nothing else. Types alone are gone from what is shipped; they must not stand in what is exported.',
      severity: 'error',
      // What is bundled into the page of a report is shipped within it.
      from: { path: '^src/', pathNot: '^src/report/browser/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['npm-peer', 'npm', 'type-only'],
      },
    },
    {
      name: 'resolves',
      comment: 'An import that cannot be found escapes every other rule here.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
    },
  },
};

/**
 * The rows of the import table: folder to the folders it may import. Throws when the table, the
 * reasons above and the folders on disk do not name the same things.
 * @param {string} page
 * @returns {Map<string, string[]>}
 */
function readTable(page) {
  const table = new Map();
  for (const line of page.split('\n')) {
    const cells = line.split('|').map((cell) => cell.trim());
    const folder = /^`([a-z/]+)`$/.exec(cells[1] ?? '')?.[1];
    if (cells.length === 5 && folder !== undefined) table.set(folder, cells[3]);
  }
  const unequal = [...new Set([...table.keys(), ...folders, ...foldersOnDisk()])].filter(
    (folder) => !table.has(folder) || !folders.includes(folder),
  );
  if (unequal.length > 0) {
    throw new Error(
      `${unequal.join(', ')}: each folder of src needs a row in src/ARCHITECTURE.md and a reason in .dependency-cruiser.mjs.`,
    );
  }
  for (const [folder, cell] of table) table.set(folder, allowedBy(cell));
  return table;
}

/** @param {string} cell */
function allowedBy(cell) {
  if (/^nothing( of ours)?$/.test(cell)) return [];
  const except = /^(?:all|anything) but (.+)$/.exec(cell)?.[1];
  if (except !== undefined) return folders.filter((folder) => !except.split(', ').includes(folder));
  return cell.split(', ').map((name) => {
    if (name !== 'source' && !folders.includes(name)) {
      throw new Error(`src/ARCHITECTURE.md: "${name}" in "${cell}" is no folder of src.`);
    }
    return name;
  });
}

function foldersOnDisk() {
  const src = new URL('src/', import.meta.url);
  const names = (at) =>
    readdirSync(at, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  return names(src).flatMap((name) =>
    name === 'source' ? names(new URL('source/', src)).map((inner) => `source/${inner}`) : [name],
  );
}
