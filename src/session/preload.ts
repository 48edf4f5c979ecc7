/**
 * Runs before the watched program's first line, in each of its processes and threads
 * (`--require`): puts the agent where a source and a trace can find it, and starts it.
 */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { AGENT_KEY } from '../model/agent.ts';
import { AGENT_THREAD_MARK } from './agent-messages.ts';
import { decodeSession, SESSION_VARIABLE } from './environment.ts';
import { ThreadAgent } from './thread-agent.ts';

const session = decodeSession(process.env[SESSION_VARIABLE]);
// A preload is inherited by every worker thread: the agent's own must not have an agent.
const isAgentThread = Boolean((workerData as Record<string, unknown> | null)?.[AGENT_THREAD_MARK]);
// Up to Node 20 the thread that resolves modules runs it, too: nobody talks to it, and it is Node's affair.
const isNodesThread = !isMainThread && parentPort === null;

if (
  session !== null &&
  !isAgentThread &&
  !isNodesThread &&
  !(Symbol.for(AGENT_KEY) in globalThis)
) {
  new ThreadAgent(session).install();
}
