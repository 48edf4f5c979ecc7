/** Source lines around a place, with the place marked. */
import type { CodeFrame } from '../model/code-frame.ts';
import type { Place } from '../model/recording.ts';
import { cleanCode } from './clean-text.ts';
import { VALUES_FROM, type Paint } from './paint.ts';

export function drawnCodeFrame(frame: CodeFrame, place: Place, paint: Paint): string[] {
  const last = frame.firstLine + frame.lines.length - 1;
  const digits = String(last).length;
  const room = paint.width - VALUES_FROM - digits - 5;
  return frame.lines.flatMap((text, i) => {
    const number = frame.firstLine + i;
    const isHere = number === place.line;
    const gutter = `${isHere ? '>' : ' '} ${String(number).padStart(digits)} |`;
    if (!isHere) return [paint.dim(`${gutter} ${cutAround(cleanCode(text), 0, room).text}`)];
    const column = cleanCode(text.slice(0, place.column - 1)).length;
    const { text: code, column: at } = cutAround(cleanCode(text), column, room);
    return [`${gutter} ${paint.code(code)}`, `  ${' '.repeat(digits)} | ${' '.repeat(at)}^`];
  });
}

/** A piece of the line, `room` long, in which `column` can be seen; and where it is there. */
function cutAround(line: string, column: number, room: number): { text: string; column: number } {
  if (line.length <= room) return { text: line, column: Math.min(column, line.length) };
  const from = Math.max(0, Math.min(column - Math.floor(room / 2), line.length - room));
  const head = from > 0 ? '…' : '';
  const tail = from + room < line.length ? '…' : '';
  const piece = line.slice(from + head.length, from + room - tail.length);
  return { text: `${head}${piece}${tail}`, column: column - from };
}
