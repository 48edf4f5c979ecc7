/** Source lines around a place, with the place marked. */
import type { Place } from '../model/recording.ts';
import { cleanCode } from './clean-text.ts';
import { type Paint, shortened } from './paint.ts';
import type { CodeFrame } from './report.ts';

/** Columns taken by the labels left of a frame. */
const LEFT = 10;

export function drawnCodeFrame(frame: CodeFrame, place: Place, paint: Paint): string[] {
  const last = frame.firstLine + frame.lines.length - 1;
  const digits = String(last).length;
  const room = paint.width - LEFT - digits - 5;
  return frame.lines.flatMap((text, i) => {
    const number = frame.firstLine + i;
    const isHere = number === place.line;
    const code = shortened(cleanCode(text), room);
    const gutter = `${isHere ? '>' : ' '} ${String(number).padStart(digits)} |`;
    if (!isHere) return [paint.dim(`${gutter} ${code}`)];
    const before = cleanCode(text.slice(0, place.column - 1)).length;
    const marker = before < room ? [`  ${' '.repeat(digits)} | ${' '.repeat(before)}^`] : [];
    return [`${gutter} ${paint.code(code)}`, ...marker];
  });
}
