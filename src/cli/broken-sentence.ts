import { cleanText } from '../report/clean-text.ts';

/** What came of the wish to break a loop. */
export function brokenSentence(name: string, isBroken: boolean): string {
  const loop = `the loop in ${cleanText(name)}`;
  return isBroken
    ? `${loop} was broken; the program goes on.`
    : `${loop} cannot be broken safely; it is only reported.`;
}
