/** The agent's types live in the model, so that a source can name them without importing a session. */
export type { Agent, AgentLink, AgentOptions, AgentSource } from '../model/agent.ts';
