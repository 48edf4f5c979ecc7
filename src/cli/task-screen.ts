/** `selfwake tokio --watch`: tasks in a table, the most suspicious first, as `top` shows processes. */
import { cleanText } from '../report/clean-text.ts';
import { rounded, shortened } from '../report/paint.ts';
import type { ConsoleTasks } from '../source/tokio/console-tasks.ts';
import type { Screen } from './screen.ts';

type Task = ReturnType<ConsoleTasks['tasks']> extends Iterable<infer One> ? One : never;

const ROWS = 20;
const TITLES = ['polls/s', 'self', 'mean poll', 'idle', 'task'];
const WIDTHS = [9, 6, 11, 6, 0];

export class TaskScreen {
  readonly #screen: Screen;
  readonly #tables = new Map<string, string>();

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /** Each target's table, drawn again whenever one of them changes. */
  show(target: string, tasks: ConsoleTasks): void {
    this.#tables.set(target, this.#table(target, tasks));
    const clear = this.#screen.style.hasColor ? '\u001b[H\u001b[2J' : '';
    this.#screen.write(`${clear}${[...this.#tables.values()].join('\n')}`);
  }

  #table(target: string, tasks: ConsoleTasks): string {
    const top: Task[] = [];
    for (const task of tasks.tasks()) {
      if (task.windows.length === 0) continue;
      top.push(task);
    }
    top.sort((a, b) => suspicion(b) - suspicion(a) || a.id - b.id);
    const rows = top.slice(0, ROWS).map((task) => this.#row(cellsOf(task)));
    const quiet = tasks.liveTasks - top.length;
    const head = `${cleanText(target)}  ${rounded(tasks.liveTasks)} tasks, ${rounded(quiet)} of them wait`;
    return [head, this.#row(TITLES), ...rows, ''].join('\n');
  }

  #row(cells: readonly string[]): string {
    const text = cells.map((cell, i) => cell.padStart(WIDTHS[i]!)).join('  ');
    return shortened(text, this.#screen.style.width);
  }
}

/** Often polled, for a moment each, never at rest, and by itself. */
function suspicion({ windows }: Task): number {
  const { perSecond, idleShare, meanPollNs, selfShare } = windows.at(-1)!;
  return (perSecond * (1 - idleShare) * (1 + selfShare)) / (1 + meanPollNs / 20_000);
}

function cellsOf({ windows, name, place }: Task): string[] {
  const { perSecond, selfShare, meanPollNs, idleShare } = windows.at(-1)!;
  const where = place === null ? '' : `  ${cleanText(place.file)}:${place.line}`;
  return [
    rounded(Math.round(perSecond)),
    `${Math.round(selfShare * 100)} %`,
    `${(meanPollNs / 1000).toFixed(1)} µs`,
    `${Math.round(idleShare * 100)} %`,
    `${cleanText(name)}${where}`,
  ];
}
