/** What the rules say to tasks of tokio programs that never rest. */
import type { PollRateSuspicion, RateWindow, Segment } from '../../../src/model/recording.ts';
import { counted, pollRateSuspicion, rateWindow } from '../calm-segment.ts';

/** The same window, so often. */
export function rate(
  window: Partial<RateWindow>,
  changes: Partial<PollRateSuspicion> = {},
  times = 3,
): Segment {
  const windows = Array.from({ length: times }, () => rateWindow(window));
  return counted(pollRateSuspicion({ windows, ...changes }));
}

interface Bounds {
  tinyPollNs: number;
  idleShare: number;
}

/** Cases on both sides of each threshold, for one way of being woken. */
export function rateCases(changes: Partial<PollRateSuspicion>, bounds: Bounds) {
  const { tinyPollNs, idleShare } = bounds;
  const name = (text: string) => `counted by a console: ${text}`;
  const taken: [string, Segment][] = [
    ['a spin', rate({}, changes)],
    ['just fast enough', rate({ perSecond: 1000 }, changes)],
    ['polls just short enough', rate({ meanPollNs: tinyPollNs }, changes)],
    ['waits just short enough', rate({ idleShare }, changes)],
    ['nearly no progress', rate({ readyPerPoll: 0.09 }, changes)],
    [
      'a spin that began late',
      counted(
        pollRateSuspicion({
          ...changes,
          windows: [rateWindow({ idleShare: 0.6 }), rateWindow(), rateWindow(), rateWindow()],
        }),
      ),
    ],
    [
      'a spin that is over',
      counted(
        pollRateSuspicion({
          ...changes,
          windows: [rateWindow(), rateWindow(), rateWindow(), rateWindow({ perSecond: 30 })],
        }),
      ),
    ],
    ['each poll seen', rate({}, { ...changes, streak: 1000 }, 1)],
  ];
  const refused: [string, Segment][] = [
    ['too few windows', rate({}, changes, 2)],
    ['no window', rate({}, changes, 0)],
    ['too slow', rate({ perSecond: 999 }, changes)],
    ['no polls', rate({ perSecond: 0 }, changes)],
    ['polls that may work', rate({ meanPollNs: tinyPollNs + 500 }, changes)],
    ['long polls', rate({ meanPollNs: 1e9 }, changes)],
    ['waits', rate({ idleShare: idleShare + 0.005 }, changes)],
    ['always waits', rate({ idleShare: 1 }, changes)],
    ['receives', rate({ readyPerPoll: 0.1 }, changes)],
    ['each poll seen, one short', rate({}, { ...changes, streak: 999 })],
    [
      'two runs that are too short',
      counted(
        pollRateSuspicion({
          ...changes,
          windows: [
            rateWindow(),
            rateWindow(),
            rateWindow({ idleShare: 1 }),
            rateWindow(),
            rateWindow(),
          ],
        }),
      ),
    ],
  ];
  const named = ([text, segment]: [string, Segment]) => ({ name: name(text), segment });
  return { taken: taken.map(named), refused: refused.map(named) };
}
