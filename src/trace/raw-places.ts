/**
 * Places of running code that are mapped elsewhere: an agent that was put into a strange
 * program answers them as V8 has them, and whoever put it there reads maps and files.
 */
import type { Place } from '../model/recording.ts';
import { type Frame, qualifiedName } from './call-sites.ts';
import type { TracedLoop } from './loop-tracer.ts';
import { nameAt } from './nameless.ts';

/** Turns positions into places, by whatever it knows. */
export interface Places {
  place(frame: Frame): Place;
}

/** Knows no maps. */
export const rawPlaces: Places = {
  place: (frame) => ({
    file: frame.url,
    line: frame.line,
    column: frame.column,
    functionName: qualifiedName(frame),
  }),
};

/** Maps all places of a loop whose agent answered raw ones, in place. */
export function mapLoop(loop: TracedLoop, places: Places): void {
  const mapped = (place: Place): Place => places.place(frameOf(place));
  if (loop.place !== null) {
    loop.place = mapped(loop.place);
    loop.name = nameAt(loop.place);
  }
  for (const step of loop.way) {
    step.place = mapped(step.place);
    step.name = nameAt(step.place);
  }
  for (const member of loop.members) {
    if (member.place !== null) member.place = mapped(member.place);
  }
}

/** The name is qualified already, so nothing is added to it. */
function frameOf({ file, line, column, functionName }: Place): Frame {
  const plain = { typeName: null, methodName: null, isToplevel: true };
  return { url: file, line, column, functionName, ...plain };
}
