/**
 * The agent's own thread beside a watched thread. It owns the connection to the parent,
 * and looks after polls that never return: both go on while the watched thread is stuck.
 * It writes to no stream of the program (they pass through the watched thread), and ends
 * with it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { Line } from '../model/recording.ts';
import {
  type AgentThreadData,
  type BreakRequest,
  FlushCell,
  type ToAgentThread,
} from './agent-messages.ts';
import { ParentConnection } from './parent-connection.ts';
import { StuckPollWatch } from './stuck-poll-watch.ts';
import { ProcessProbe } from '../source/probe/process-probe.ts';
import { processCpuMs } from '../trace/thread-cpu.ts';
import { closeAllSessions, connectToMainThread } from '../trace/inspector-session.ts';

/** How often the shared cells are looked at; a poll is stuck after ten looks. */
const LOOK_MS = 20;
/** The same while no executor polls and no thread shows a sign: a look costs some tenths of a millisecond. */
const CALM_LOOK_MS = 50;

const { session, flushCells, hearts, command } = workerData as AgentThreadData;
const connection = new ParentConnection(session, (request) => void breakLoop(request));
const watches = new Map<string, StuckPollWatch>();
const probe =
  hearts === null
    ? null
    : new ProcessProbe({
        hearts,
        root: session.options.root,
        command,
        send: (lines) => connection.send(lines),
        isExact: session.options.isExact,
        // Executors of workers report to agents of their own.
        hasExecutor: (thread) => thread === 0 && watches.size > 0,
        onConnect,
      });

parentPort?.on('message', (message: ToAgentThread) => {
  switch (message.type) {
    case 'source':
      connection.send([{ type: 'segment', ...message.info }]);
      watches.set(
        message.info.id,
        new StuckPollWatch({
          ...message,
          send: (line: Line) => connection.send([line]),
          nowHr: () => process.hrtime.bigint(),
          cpuMs: processCpuMs,
          connect:
            hearts === null
              ? null
              : () => {
                  onConnect();
                  return connectToMainThread();
                },
        }),
      );
      return;
    case 'lines':
      for (const line of message.lines) {
        if (line.type === 'unit') watches.get(line.segment)?.learnUnit(line.unit);
      }
      connection.send(message.lines);
      return;
    case 'flush':
      closeAllSessions();
      for (const watch of watches.values()) watch.stop();
      // A program that ends at once has been seen, too.
      probe?.look();
      probe?.stop();
      connection.flush(() => {
        Atomics.store(flushCells, FlushCell.FLUSHED, message.flush);
        Atomics.notify(flushCells, FlushCell.FLUSHED);
      });
      return;
    case 'source-closed':
      watches.get(message.segment)?.stop();
      watches.delete(message.segment);
      return;
  }
});

function look(): void {
  for (const watch of watches.values()) watch.look();
  probe?.look();
  setTimeout(look, watches.size > 0 || probe?.hasSign === true ? LOOK_MS : CALM_LOOK_MS);
}
look();

async function breakLoop({ segment, unitKey }: BreakRequest): Promise<void> {
  const isBroken = (await probe?.breakLoop(segment, unitKey)) ?? false;
  connection.answer({ type: 'broken', segment, unitKey, isBroken });
}

/** The watched thread must know, when it ends, that it has a session to be rid of. */
function onConnect(): void {
  Atomics.store(flushCells, FlushCell.CONNECTED, 1);
}
