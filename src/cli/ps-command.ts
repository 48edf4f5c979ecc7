/** `selfwake ps`: the Node processes of this machine, and which of them to attach to. */
import type { Command } from 'commander';
import { cleanText } from '../report/clean-text.ts';
import { paintOf } from '../report/paint.ts';
import { scan, type SeenProcess } from '../source/attach/scan.ts';
import type { Outcome } from './outcome.ts';
import { outputScreen } from './screen.ts';

const HEADER = ['PID', 'CPU', 'THREAD', 'WAITS/S', 'LOOKS', 'COMMAND'];

export function addPsCommand(program: Command, done: (outcome: Outcome) => void): void {
  program
    .command('ps')
    .description('list the Node processes of this machine and how they look from outside')
    .showHelpAfterError('`selfwake ps` takes no arguments.')
    .action(async () => {
      const screen = outputScreen();
      const paint = paintOf(screen.style);
      const processes = await scan();
      const rows = processes.map(rowOf);
      const widths = HEADER.map((title, i) =>
        Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)),
      );
      const lines = [HEADER, ...rows].map((row) =>
        row
          .map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)))
          .join('  '),
      );
      screen.write(`${lines.join('\n')}\n`);
      const worst = processes.find(({ look }) => look === 'spins?' || look === 'timer?');
      const note =
        worst === undefined
          ? 'None looks as if it spun. These are looks from outside, and no verdict.'
          : `A look from outside is no verdict: selfwake attach ${worst.pid}`;
      screen.write(`${paint.dim(note)}\n`);
      done({ exitCode: 0, signal: null });
    });
}

function rowOf(seen: SeenProcess): string[] {
  const { pid, cpuShare, isMainThread, waitsPerSecond, look, command } = seen;
  return [
    String(pid),
    `${Math.round(cpuShare * 100)} %`,
    isMainThread ? 'main' : 'other',
    waitsPerSecond === null ? '' : String(waitsPerSecond),
    look,
    cleanText(command.join(' ')).slice(0, 80),
  ];
}
