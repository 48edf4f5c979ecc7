import type { Segment, TaskWindow } from '../model/recording.ts';

export interface BarrenRate {
  /** The slowest of the windows, barren polls per second. */
  perSecond: number;
  /** The least share of barren polls in all polls, 0 to 1. */
  share: number;
  windows: number;
}

export interface RateThresholds {
  perSecond: number;
  share: number;
  windows: number;
}

/** The longest run of consecutive windows in which a task polled barrenly at a spin's rate. */
export function longestBarrenRun(
  segment: Segment,
  task: number | null,
  thresholds: RateThresholds,
): BarrenRate {
  let longest: BarrenRate = { perSecond: 0, share: 0, windows: 0 };
  let run = longest;
  let end: number | null = null;
  for (const window of task === null ? [] : (segment.windows.get(task) ?? [])) {
    const perSecond = (window.barrenPolls * 1e9) / (window.toNs - window.fromNs);
    const share = shareOf(window);
    const isBarren = perSecond >= thresholds.perSecond && share >= thresholds.share;
    if (!isBarren) {
      end = null;
      continue;
    }
    run =
      end === window.fromNs
        ? {
            perSecond: Math.min(run.perSecond, perSecond),
            share: Math.min(run.share, share),
            windows: run.windows + 1,
          }
        : { perSecond, share, windows: 1 };
    end = window.toNs;
    if (run.windows > longest.windows) longest = run;
  }
  return longest;
}

function shareOf({ polls, barrenPolls }: TaskWindow): number {
  return polls === 0 ? 0 : barrenPolls / polls;
}
