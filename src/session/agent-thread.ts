/**
 * The agent's own thread beside a watched thread. It owns the connection to the parent,
 * and looks after polls that never return: both go on while the watched thread is stuck.
 * It writes to no stream of the program (they pass through the watched thread), and ends
 * with it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { Line } from '../model/recording.ts';
import { type AgentThreadData, FlushCell, type ToAgentThread } from './agent-messages.ts';
import { ParentConnection } from './parent-connection.ts';
import { StuckPollWatch } from './stuck-poll-watch.ts';
import { connectToMainThread } from '../trace/inspector-session.ts';

/** How often the shared cells are looked at; a poll is stuck after ten looks. */
const LOOK_MS = 20;

const { session, flushCells, isMainThread } = workerData as AgentThreadData;
const connection = new ParentConnection(session);
const watches = new Map<string, StuckPollWatch>();

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
          cpuMs,
          connect: isMainThread ? connectToMainThread : null,
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
      for (const watch of watches.values()) watch.stop();
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

setInterval(() => {
  for (const watch of watches.values()) watch.look();
}, LOOK_MS);

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
