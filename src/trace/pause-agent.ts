import { AGENT_KEY } from '../model/agent.ts';

/** The agent that a program was started with, as an expression in any frame of its threads. */
export const AGENT_EXPRESSION = `globalThis[Symbol.for(${JSON.stringify(AGENT_KEY)})]`;
