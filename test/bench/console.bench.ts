/**
 * What `selfwake tokio` does at a server with many live tasks that all change each second: whether
 * it keeps up, and what memory it takes. `SELFWAKE_BENCH_SECONDS=60` watches longer.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Sample, Trial } from './trial.ts';

const SECONDS = Number(process.env['SELFWAKE_BENCH_SECONDS']) || 10;
const TASKS = { subject: 100_000, baseline: 1000 } as const;
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const bare = { PATH: process.env['PATH'] };

async function watched(tasks: number): Promise<Sample> {
  const server = spawn(process.execPath, [here('console/server.mjs'), String(tasks)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: bare,
  });
  const lines = createInterface(server.stdout);
  const [port] = (await once(lines, 'line')) as [string];
  let takenMs = 0;
  let updates = 0;
  lines.on('line', (line) => {
    takenMs = Math.max(takenMs, (JSON.parse(line) as { takenMs: number }).takenMs);
    updates += 1;
  });
  const args = ['tokio', `127.0.0.1:${port}`, '--for', `${SECONDS}s`, '--report', 'json=/dev/null'];
  const watching = spawn(process.execPath, [here('../../bin/selfwake.js'), ...args], {
    stdio: 'ignore',
    env: bare,
  });
  let residentMiB = 0;
  const looking = setInterval(
    () => (residentMiB = mostResident(watching.pid!) || residentMiB),
    200,
  );
  await once(watching, 'close');
  clearInterval(looking);
  server.kill();
  return { takenMs, updates, residentMiB };
}

function mostResident(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

export const trials: Trial[] = [
  {
    name: 'console',
    run: (side) => watched(TASKS[side]),
    rows: [
      {
        name: 'tokio: slowest update of 100,000 tasks − 1,000',
        key: 'takenMs',
        as: { more: 'ms' },
        limit: { atMost: 1000 },
      },
      {
        name: 'tokio: resident memory, 100,000 tasks − 1,000',
        key: 'residentMiB',
        as: { more: 'MiB' },
      },
      { name: 'tokio: updates, 100,000 tasks ÷ 1,000', key: 'updates', as: { ratio: true } },
    ],
    pairs: 1,
  },
];
