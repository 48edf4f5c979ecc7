/** The agent's thread of a program that `selfwake run` has started: the parent judges. */
import { parentPort, workerData } from 'node:worker_threads';
import { AgentHost } from './agent-host.ts';
import type { AgentThreadData, ToAgentThread } from './agent-messages.ts';
import { ParentConnection } from './parent-connection.ts';

const data = workerData as AgentThreadData;
const host = new AgentHost(data);
const connection = new ParentConnection(
  data.session,
  ({ segment, unitKey }) => {
    void host.breakLoop({ segment, unitKey }).then((isBroken) => {
      connection.answer({ type: 'broken', segment, unitKey, isBroken });
    });
  },
  // The program is the user's, and lives on when selfwake is killed; this thread ends.
  () => {
    host.stop();
    parentPort?.close();
  },
);
host.start(connection);
parentPort?.on('message', (message: ToAgentThread) => host.take(message));
