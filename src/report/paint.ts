/** Colours, and text set to a width. */
import pc from 'picocolors';
import type { Level } from '../model/finding.ts';
import type { ReportStyle } from './report.ts';

/** Below this nothing can be laid out. */
const NARROWEST = 40;

const SCALES = ['k', 'M', 'G', 'T', 'P'] as const;

/** Of a finding's rows, the column in which values begin, right of the labels. */
export const VALUES_FROM = 10;

export interface Paint {
  /** Columns of the screen. */
  width: number;
  bold(text: string): string;
  dim(text: string): string;
  code(text: string): string;
  guilty(text: string): string;
  level(level: Level, text: string): string;
  good(text: string): string;
  /** The row of a table that a person is at. */
  marked(text: string): string;
}

export function paintOf({ hasColor, width }: ReportStyle): Paint {
  const colors = pc.createColors(hasColor);
  const byLevel = { error: colors.red, warning: colors.yellow, note: colors.cyan };
  return {
    width: Math.max(width, NARROWEST),
    bold: colors.bold,
    dim: colors.dim,
    code: colors.cyan,
    guilty: (text) => colors.bold(colors.red(text)),
    level: (level, text) => colors.bold(byLevel[level](text)),
    good: colors.green,
    marked: colors.inverse,
  };
}

/** Wraps at spaces; later lines begin with `indent`. A word that is too long stands alone. */
export function wrapped(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const room = width - indent.length;
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines.join(`\n${indent}`);
}

/** Cut in its middle: the ends of a name tell most. */
export function shortened(text: string, width: number): string {
  if (text.length <= width) return text;
  const kept = Math.max(width - 1, 2);
  const head = Math.ceil(kept / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (kept - head))}`;
}

/** Cut at its front: of a path and line the end tells most. */
export function lastOf(text: string, width: number): string {
  return text.length <= width ? text : `…${text.slice(text.length - Math.max(width - 1, 1))}`;
}

/** `1234567` as `1,234,567`, the same in every language of the machine. */
export function grouped(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const rounded = Number.isInteger(value) ? value : Number(value.toPrecision(4));
  const [whole = '0', fraction] = String(rounded).split('.');
  if (whole.includes('e')) return String(rounded);
  const grown = whole.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return fraction === undefined ? grown : `${grown}.${fraction}`;
}

/** `1234567` as `1.23M`, where there is no room for all of it. */
export function rounded(value: number): string {
  if (value < 10_000) return grouped(value);
  const power = Math.min(Math.floor(Math.log10(value) / 3), SCALES.length);
  const scaled = Number((value / 1000 ** power).toPrecision(3));
  return `${scaled}${SCALES[power - 1]}`;
}

export function plural(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}
