/** Works for the SECONDS on the command line, and prints how many rounds it did per second of CPU time. */
import { setTimeout } from 'node:timers/promises';

/** `round` is one piece of work, always the same. */
export async function measured(round) {
  // Until threads that were started beside this one are up.
  await setTimeout(500);
  const endsAt = performance.now() + Number(process.argv[2]) * 1000;
  const before = process.cpuUsage();
  let rounds = 0;
  for (; performance.now() < endsAt; rounds += 1) await round();
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ roundsPerCpuSecond: (rounds * 1e6) / (user + system) }));
  process.exit();
}
