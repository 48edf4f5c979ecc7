/** The agent of a thread that runs tests: it judges by itself. */
import { AgentHost } from '../session/agent-host.ts';
import type { FromGuard, GuardData, ToGuard } from './runner/guard-messages.ts';
import { TestGuard } from './runner/test-guard.ts';
import type { TestVigil } from './runner/test-vigil.ts';

/** A test that was seen to work is not traced again soon. */
const PAUSE_MS = 10_000;

export interface Guard {
  /** Hears the thread that runs the tests. */
  take(message: ToGuard): void;
}

export function startGuard(data: GuardData, vigil: TestVigil): Guard {
  const post = (message: FromGuard): void => data.port.postMessage(message, []);
  const host = new AgentHost(data, PAUSE_MS);
  const guard = new TestGuard(host, data, post);
  let suspect: string | null = null;
  host.start(guard, () => {
    if (vigil.suspect === null) return guard.isEnding;
    // What was seen in another test is not what runs now.
    if (vigil.suspect !== suspect) host.forget();
    suspect = vigil.suspect;
    return true;
  });
  return {
    take: (message) => {
      if (message.type === 'settle') post({ type: 'settled', question: message.question });
      else host.take(message);
    },
  };
}
