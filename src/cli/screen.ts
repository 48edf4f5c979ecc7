/** Where people read. The watched program owns stdout, so a run writes to stderr. */
import type { ReportStyle } from '../report/report.ts';

export interface Screen {
  style: ReportStyle;
  write(text: string): void;
}

/** Lines longer than this are hard to read, however wide the window. */
export const WIDEST = 120;
const USUAL = 100;

/** Why nothing can be written over on stderr; null where it can. */
export function whyNoTerminal(): string | null {
  if (process.stderr.isTTY !== true) return 'is none';
  return process.env['TERM'] === 'dumb' ? 'is one that cannot move its cursor' : null;
}

export function errorScreen(): Screen {
  return screenOn(process.stderr);
}

/** For commands without a watched program, so that their output can be piped. */
export function outputScreen(): Screen {
  return screenOn(process.stdout);
}

function screenOn(stream: NodeJS.WriteStream): Screen {
  const noColor = process.env['NO_COLOR'];
  const hasColor = stream.isTTY === true && (noColor === undefined || noColor === '');
  // Nobody reads any more (`| head`): no reason to fail.
  stream.on('error', () => {});
  return {
    style: { hasColor, width: stream.isTTY ? Math.min(stream.columns, WIDEST) : USUAL },
    write: (text) => {
      stream.write(text);
    },
  };
}
