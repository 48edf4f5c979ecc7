/** The agent of a thread that runs tests: it judges by itself. */
import { AgentHost } from '../session/agent-host.ts';
import type { FromGuard, GuardData, ToGuard } from './runner/guard-messages.ts';
import { TestGuard } from './runner/test-guard.ts';
import type { TestVigil } from './runner/test-vigil.ts';

export interface Guard {
  /** Hears the thread that runs the tests. */
  take(message: ToGuard): void;
}

export function startGuard(data: GuardData, vigil: TestVigil): Guard {
  const post = (message: FromGuard): void => data.port.postMessage(message, []);
  const host = new AgentHost(data);
  const guard = new TestGuard(host, data, post);
  host.start(guard, () => vigil.isSuspicious || guard.isEnding || host.hasLoop);
  return {
    take: (message) => {
      if (message.type === 'settle') post({ type: 'settled', question: message.question });
      else host.take(message);
    },
  };
}
