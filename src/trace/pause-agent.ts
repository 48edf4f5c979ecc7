import { AGENT_KEY } from '../model/agent.ts';

/** The agent inside the thread under examination, as an expression in any of its frames. */
export const AGENT_EXPRESSION = `globalThis[Symbol.for(${JSON.stringify(AGENT_KEY)})]`;
