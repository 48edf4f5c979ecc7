/** The agent's thread of a process that runs tests: it judges by itself. */
import { parentPort, workerData } from 'node:worker_threads';
import { AgentHost } from '../../session/agent-host.ts';
import type { FromGuard, GuardData, ToGuard } from './guard-messages.ts';
import { TestGuard } from './test-guard.ts';

const data = workerData as GuardData;
const { port } = data;
const post = (message: FromGuard): void => port.postMessage(message, []);
const host = new AgentHost(data);
host.start(new TestGuard(host, data, post));
parentPort?.on('message', (message: ToGuard) => {
  if (message.type === 'settle') post({ type: 'settled', question: message.question });
});
