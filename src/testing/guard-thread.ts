/**
 * The thread beside one that runs tests. While nothing is suspicious it reads a few numbers,
 * and that is all: what looks closer, and judges, is loaded when it is first needed.
 */
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type * as GuardModule from './guard.ts';
import type { Guard } from './guard.ts';
import type { GuardData, ToGuard } from './runner/guard-messages.ts';
import { TestVigil } from './runner/test-vigil.ts';

const LOOK_MS = 50;

const data = workerData as GuardData;
const vigil = new TestVigil(data);
let guard: Guard | null = null;

/** It may take up files: this thread's, which no test plays with. */
function begin(): Guard {
  if (guard === null) {
    const { startGuard } = createRequire(import.meta.url)('./guard.cjs') as typeof GuardModule;
    guard = startGuard(data, vigil);
  }
  return guard;
}

function look(): void {
  vigil.look();
  if (vigil.suspect !== null) begin();
  setTimeout(look, LOOK_MS);
}

parentPort?.on('message', (message: ToGuard) => begin().take(message));
look();
