const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** Values as bars; `most` is as high as it gets. */
export function sparkline(values: readonly number[], most: number): string {
  return values.map((value) => BARS[barOf(value, most)]).join('');
}

function barOf(value: number, most: number): number {
  const bar = most > 0 ? Math.round((value / most) * (BARS.length - 1)) : 0;
  return Math.min(BARS.length - 1, Math.max(0, bar));
}
