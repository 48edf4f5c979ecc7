/** Whole programs turn about, each in processes of its own: for what one process cannot measure of itself. */
import { type Estimate, estimate } from './comparison.ts';

export type Side = 'subject' | 'baseline';

/** What one run of a program tells of itself. */
export type Sample = Record<string, number>;

export interface Trial {
  name: string;
  /** One run; what it starts it also ends. */
  run(side: Side): Promise<Sample>;
  /** What is read from a pair of samples: each a line of the table. */
  rows: readonly TrialRow[];
  /** Pairs in a quick run; with `SELFWAKE_BENCH_PAIRS` as many as that says. */
  pairs: number;
}

export interface TrialRow {
  name: string;
  /** Of the sample. */
  key: string;
  /** Subject ÷ baseline, or subject − baseline in this unit. */
  as: { ratio: true } | { more: string };
  limit?: { atLeast: number } | { atMost: number };
}

/** All values of fewer pairs on one side of a limit may be chance: 6 are so in 1 of 32 cases. */
const SURE_PAIRS = 6;

export interface TrialResult {
  row: TrialRow;
  pairs: number;
  estimate: Estimate;
}

/** The order of the sides turns round from one pair to the next; the first pair warms disks up. */
export async function tryOut(trial: Trial): Promise<TrialResult[]> {
  const pairs = Number(process.env['SELFWAKE_BENCH_PAIRS'] ?? trial.pairs);
  const samples: Record<Side, Sample>[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    const order: Side[] = pair % 2 === 0 ? ['baseline', 'subject'] : ['subject', 'baseline'];
    const sample: Record<Side, Sample> = { baseline: {}, subject: {} };
    for (const side of order) sample[side] = await trial.run(side);
    samples.push(sample);
  }
  return trial.rows.map((row) => ({
    row,
    pairs,
    estimate: estimate(
      samples.map(({ subject, baseline }) => {
        const [with_, without] = [subject[row.key]!, baseline[row.key]!];
        return 'ratio' in row.as ? with_ / without : with_ - without;
      }),
    ),
  }));
}

/** For sure: also the favourable end of the interval is on the wrong side. */
export function fallsShort({ row, pairs, estimate: { low, high } }: TrialResult): boolean {
  const { limit } = row;
  if (limit === undefined || pairs < SURE_PAIRS) return false;
  return 'atLeast' in limit ? high < limit.atLeast : low > limit.atMost;
}
