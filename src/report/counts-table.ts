/** The table of counts per future type. Also a healthy run has numbers; a plain program has none, and no table. */
import type { Recording } from '../model/recording.ts';
import { cleanText } from './clean-text.ts';
import { grouped, type Paint, rounded, shortened } from './paint.ts';
import { UNIT_COLUMNS, unitTotals, type UnitTotal } from './unit-totals.ts';

/** The JSON report has them all, also those with no number to show here. */
const MAX_ROWS = 30;

const NOT_COUNTED = '–';

const NAME_TITLE = 'future type';

/** Less of a name tells nothing: numbers are rounded before. */
const LEAST_NAME = 16;

/** Spaces left of each number. */
const GAP = 2;

export function countsTable(recording: Recording, paint: Paint): string[] {
  const totals = unitTotals(recording).filter(({ counters }) =>
    UNIT_COLUMNS.some(({ value }) => value(counters) > 0),
  );
  if (totals.length === 0) {
    const isPlain = recording.segments.some(({ info }) => info.source !== 'executor');
    return isPlain ? [] : [paint.dim('No future was polled.')];
  }
  const shown = totals.slice(0, MAX_ROWS);
  const longest = Math.max(NAME_TITLE.length, ...shown.map(({ name }) => cleanText(name).length));
  const leastName = Math.min(longest, LEAST_NAME);
  const whole = columnsOf(shown, grouped);
  const isTooWide = whole.taken + leastName > paint.width;
  const { cells, widths, taken } = isTooWide ? columnsOf(shown, rounded) : whole;
  const nameWidth = Math.min(longest, Math.max(paint.width - taken, leastName));
  const line = (name: string, row: readonly string[]): string =>
    name.padEnd(nameWidth) +
    row.map((cell, i) => ' '.repeat(GAP) + cell.padStart(widths[i]!)).join('');
  const titles = line(
    NAME_TITLE,
    UNIT_COLUMNS.map(({ title }) => title),
  );
  const rows = shown.map(({ name }, i) => line(shortened(cleanText(name), nameWidth), cells[i]!));
  const left = totals.length - shown.length;
  const rest = left > 0 ? [paint.dim(`… and ${left} more, all in the JSON report`)] : [];
  return [paint.dim(titles), ...rows, ...rest];
}

function columnsOf(
  totals: readonly UnitTotal[],
  text: (value: number) => string,
): { cells: string[][]; widths: number[]; taken: number } {
  const cells = totals.map(({ counters }) =>
    UNIT_COLUMNS.map(({ value, isOfPolls }) =>
      isOfPolls && counters.polls === 0 ? NOT_COUNTED : text(value(counters)),
    ),
  );
  const widths = UNIT_COLUMNS.map(({ title }, i) =>
    Math.max(title.length, ...cells.map((row) => row[i]!.length)),
  );
  return { cells, widths, taken: widths.reduce((sum, width) => sum + width + GAP, 0) };
}
