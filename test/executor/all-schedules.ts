/** Every sequence of choices, depth first: after loom, for code on one thread. */
export interface Chooser {
  /** One of 0 … options-1; another one in each schedule. */
  choose(options: number): number;
}

/**
 * Runs `schedule` once for every way in which its choices can go; answers how many there
 * are. The same choices must lead to the same next choice. A schedule that throws says
 * which choices led there.
 */
export function exploreAllSchedules(schedule: (chooser: Chooser) => void): number {
  const path: { taken: number; options: number }[] = [];
  let schedules = 0;
  for (;;) {
    let depth = 0;
    const chooser: Chooser = {
      choose(options) {
        if (depth === path.length) path.push({ taken: 0, options });
        const step = path[depth]!;
        depth += 1;
        if (step.options !== options) throw new Error('The schedule is not deterministic.');
        return step.taken;
      },
    };
    try {
      schedule(chooser);
    } catch (cause) {
      const choices = path.map((step) => step.taken).join(' ');
      throw new Error(`Schedule ${schedules}, choices ${choices}: ${String(cause)}`, { cause });
    }
    schedules += 1;
    path.length = depth;
    while (path.length > 0 && path.at(-1)!.taken === path.at(-1)!.options - 1) path.pop();
    if (path.length === 0) return schedules;
    path.at(-1)!.taken += 1;
  }
}
