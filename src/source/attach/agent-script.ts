/** The expressions that are evaluated in a strange program, and nothing else is. */
import { readFileSync } from 'node:fs';
import { ATTACHED_URL } from '../../trace/attached-script.ts';
import type { InspectorSession } from '../../trace/inspector-session.ts';
import { evaluate, evaluated } from '../../trace/pause-control.ts';
import type { AgentOptions } from './attached-agent.ts';
import type { CdpConnection } from './cdp-connection.ts';
import { AttachKey, type ClaimAnswer, type RuntimeFacts } from './attach-protocol.ts';

/** An inspector that was told to close is gone within milliseconds. */
const CLOSE_MS = 1000;

/** The agent of a thread, as an expression in any of its frames. */
export const ATTACHED_EXPRESSION = global(AttachKey.AGENT);
const ATTACHMENTS = global(AttachKey.ATTACHMENTS);
const SCRIPT = global(AttachKey.SCRIPT);

/** Node's own modules: `require` is the console's, for Nodes before 20.16. */
const BUILTIN =
  'globalThis.process?.getBuiltinModule ?? (typeof require === "function" ? require : null)';

const FACTS = `(() => {
  const own = ${BUILTIN};
  const { process: p, navigator: n } = globalThis;
  const from = (module, read, other) => { try { return read(own(module)); } catch { return other; } };
  const isNode = typeof p?.versions?.node === "string" && p.versions.deno === undefined &&
    from("node:v8", (v8) => typeof v8.promiseHooks.createHook === "function", false);
  const name = isNode ? "node " + p.versions.node : p?.versions?.deno ? "deno " + p.versions.deno : String(n?.userAgent ?? "V8");
  return {
    runtime: isNode && p.versions.electron ? "electron " + p.versions.electron : name,
    isNode,
    pid: typeof p?.pid === "number" ? p.pid : null,
    parentPid: typeof p?.ppid === "number" ? p.ppid : null,
    thread: from("node:worker_threads", (w) => w.threadId, 0),
    cwd: p?.cwd ? String(p.cwd()) : null,
    command: Array.isArray(p?.argv) ? p.argv.map(String) : [],
    systemThread: from("node:fs", (fs) => Number(/\\d+$/.exec(fs.readlinkSync("/proc/thread-self"))[0]), 0),
    isWatched: Symbol.for("selfwake.agent") in globalThis,
  };
})()`;

/** Asks a thread what it is. */
export async function factsOf(session: InspectorSession): Promise<RuntimeFacts> {
  const said = await evaluated<Partial<RuntimeFacts>>(session, 'Runtime.evaluate', {
    expression: FACTS,
    includeCommandLineAPI: true,
  });
  return {
    runtime: String(said.runtime),
    isNode: said.isNode === true,
    pid: numberOr(said.pid, null),
    parentPid: numberOr(said.parentPid, null),
    thread: numberOr(said.thread, 0),
    cwd: typeof said.cwd === 'string' ? said.cwd : null,
    command: Array.isArray(said.command) ? said.command.map(String) : [],
    systemThread: numberOr(said.systemThread, 0),
    isWatched: said.isWatched === true,
  };
}

function numberOr<Other>(value: unknown, other: Other): number | Other {
  return Number.isSafeInteger(value) ? (value as number) : other;
}

/** One attempt to become the one who is attached; the first who comes brings the means. */
export async function claim(
  session: InspectorSession,
  options: AgentOptions,
  isOpenedForUs: boolean,
): Promise<boolean> {
  const args = `${JSON.stringify(options.holder)},${isOpenedForUs}`;
  const answer = await evaluate<ClaimAnswer>(
    session,
    `!${ATTACHMENTS} ? "empty" : ${ATTACHMENTS}.claim(${args}, Date.now()) ? "yours" : "taken"`,
  );
  if (answer !== 'empty') return answer === 'yours';
  return runScript(session, options.isNode, `script.claim(${args})`);
}

/** Puts the agent into a thread that was claimed. */
export async function putAgent(session: InspectorSession, options: AgentOptions): Promise<void> {
  await runScript(session, options.isNode, `script.begin(${JSON.stringify(options)})`);
}

/**
 * Takes the agent out of a thread. True when the inspector is to be closed: nobody else is
 * attached, and it was opened for one of us.
 */
export async function leave(
  session: InspectorSession,
  holder: string,
  isOpenedByUs: boolean,
): Promise<boolean> {
  try {
    const { agent } = session;
    const nobodyCame = `${ATTACHMENTS} ? false : ${isOpenedByUs}`;
    const expression = `${agent}?.holder === ${JSON.stringify(holder)} ? ${agent}.leave() : ${nobodyCame}`;
    return await evaluate<boolean>(session, expression);
  } catch {
    return false;
  }
}

/** Ends the connection; first the inspector itself, if it is to be closed. */
export async function end(connection: CdpConnection, shallClose: boolean): Promise<void> {
  if (shallClose) closeInspector(connection);
  else connection.close();
  const timer = setTimeout(() => connection.close(), CLOSE_MS);
  await connection.ended;
  clearTimeout(timer);
}

/** The connection ends with it: there is no reply. */
function closeInspector(connection: CdpConnection): void {
  const expression = `(${BUILTIN})("node:inspector").close()`;
  connection
    .post('Runtime.evaluate', { expression, includeCommandLineAPI: true, silent: true })
    .catch(() => {});
}

let text: string | null = null;

/**
 * Node is given the script under a name, which its frames then carry. Loading it is the same
 * text each time, whoever comes: V8 keeps what it compiled for a while, and so keeps it once.
 */
async function runScript<Value>(
  session: InspectorSession,
  isNode: boolean,
  action: string,
): Promise<Value> {
  text ??= readFileSync(new URL('./attached-agent.cjs', import.meta.url), 'utf8');
  const code = `((require, process) => { const module = { exports: {} };
((module, exports) => { ${text}
})(module, module.exports); return module.exports; })`;
  const named = `own("node:vm").runInThisContext(${JSON.stringify(code)}, { filename: "${ATTACHED_URL}" })`;
  const script = isNode ? `(${named})(own, globalThis.process)` : `${code}(${STAND_INS})`;
  await evaluated(session, 'Runtime.evaluate', {
    expression: `(() => { const own = ${BUILTIN}; ${SCRIPT} = ${script}; })()\n//# sourceURL=${ATTACHED_URL}`,
    includeCommandLineAPI: true,
  });
  return evaluate(
    session,
    `(() => { const script = ${SCRIPT}; delete ${SCRIPT}; return ${action}; })()`,
  );
}

/** What takes the place of Node's modules elsewhere: enough to read state, and to hook nothing. */
const STAND_INS = `(name) => {
  const tagOf = (value) => Object.prototype.toString.call(value).slice(8, -1);
  const types = new Proxy({}, { get: (_, name) => (value) => "is" + tagOf(value) === name });
  const classes = new Proxy({}, { get: () => class {} });
  return {
    "node:perf_hooks": { performance: globalThis.performance },
    "node:inspector": { Session: class { connect() { throw new Error("none"); } } },
    "node:util": { types },
    "node:v8": { promiseHooks: { createHook: () => () => {} } },
    "node:module": { syncBuiltinESMExports: () => {} },
  }[name] ?? classes;
}, {
  cpuUsage: () => ({ user: globalThis.performance.now() * 1000, system: 0 }),
  hrtime: { bigint: () => BigInt(Math.round(globalThis.performance.now() * 1e6)) },
  uptime: () => globalThis.performance.now() / 1000,
}`;

function global(key: string): string {
  return `globalThis[Symbol.for(${JSON.stringify(key)})]`;
}
