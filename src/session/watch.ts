/**
 * One watched run, from start to end: listen, start the program, gather and judge what its
 * agents say, end it when asked, and answer what was seen. Prints nothing.
 */
import type { Finding, Judgement } from '../model/finding.ts';
import { headerLine, type Line, type Recording } from '../model/recording.ts';
import type { AgentOptions } from '../model/agent.ts';
import { Collector, type LineStore } from './collector.ts';
import { listen } from './listener.ts';
import { watchedEnvironment } from './node-options.ts';
import { passSignalsOn } from './signals.ts';
import { WatchedChild, type ChildEnd, type StreamsApart } from './watched-child.ts';

/** How often what came in is judged. A suspicion is judged at once. */
const TICK_MS = 100;

/** After the child's end its last words may still be under way, from grandchildren also. */
const LAST_WORDS_MS = 1000;

export interface WatchOptions {
  file: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  /** Is stdin a terminal: does a Ctrl-C reach the child by itself? */
  isAtTerminal: boolean;
  agent: AgentOptions;
  toolVersion: string;
  ledger: LineStore;
  judge(recording: Recording): Judgement;
  onLine(line: Line): void;
  onFinding(finding: Finding): void;
  onJudged(recording: Recording, judgement: Judgement): void;
  /** What is done about a finding: nothing, the child is ended, or the loop is, where that is safe. */
  consequence(finding: Finding): 'report' | 'exit' | 'break';
  /** What came of breaking a loop. */
  onBroken(finding: Finding, isBroken: boolean): void;
  /** The child is ended after this time; null: never. */
  forMs: number | null;
  /** Ends the child before. */
  stop: AbortSignal;
  /** Streams that are ours alone; null: the child has them all. */
  apart: StreamsApart | null;
}

export interface WatchResult {
  recording: Recording;
  judgement: Judgement;
  child: ChildEnd;
  /** True when `--for` or a finding ended the child. */
  wasEndedByUs: boolean;
  /** False when no source ever introduced itself: then nothing could be judged. */
  hasSource: boolean;
}

export async function watch(options: WatchOptions): Promise<WatchResult> {
  let child: WatchedChild | null = null;
  const collector = new Collector({
    ledger: options.ledger,
    judge: options.judge,
    onLine: options.onLine,
    onJudged: options.onJudged,
    onFinding: (finding) => {
      options.onFinding(finding);
      const consequence = options.consequence(finding);
      if (consequence === 'exit') child?.end();
      // An executor's own source ends its task by itself.
      if (consequence === 'break' && finding.unit.kind === 'site') askToBreak(finding);
    },
  });
  const asked = new Map<string, Finding>();
  const askToBreak = (finding: Finding): void => {
    const { segment, unit } = finding;
    if (asked.has(`${segment} ${unit.key}`)) return;
    asked.set(`${segment} ${unit.key}`, finding);
    listener.ask({ type: 'break', segment, unitKey: unit.key });
  };
  collector.take(headerLine(options.toolVersion));
  const listener = await listen({
    line: (line) => collector.take(line),
    answer: ({ segment, unitKey, isBroken }) => {
      const finding = asked.get(`${segment} ${unitKey}`);
      if (finding !== undefined) options.onBroken(finding, isBroken);
    },
    // A thread or process that went away by itself: how it ended is not known.
    gone: (segments) => {
      if (!isOfChild(collector.recording(), segments, child?.pid)) {
        collector.end(segments, null, null);
      }
    },
  });
  const timers: NodeJS.Timeout[] = [];
  let stopPassing = (): void => {};
  try {
    const { socket, token } = listener;
    const env = watchedEnvironment(options.env, { socket, token, options: options.agent });
    const { file, args, apart } = options;
    child = new WatchedChild({ file, args, env, apart });
    const started = child;
    options.stop.addEventListener('abort', () => started.end());
    if (options.stop.aborted) started.end();
    stopPassing = passSignalsOn(started, options.isAtTerminal);
    timers.push(setInterval(() => collector.tick(), TICK_MS));
    if (options.forMs !== null) timers.push(setTimeout(() => started.end(), options.forMs));
    const end = await started.ended;
    await listener.drained(LAST_WORDS_MS);
    const ids = collector.recording().segments.map((segment) => segment.info.id);
    collector.end(
      ids.filter((id) => isOfChild(collector.recording(), [id], started.pid)),
      end.code,
      end.signal,
    );
    return {
      judgement: collector.judge(),
      recording: collector.recording(),
      child: end,
      wasEndedByUs: started.wasEndedByUs,
      hasSource: collector.hasSegment,
    };
  } finally {
    stopPassing();
    for (const timer of timers) clearTimeout(timer);
    await listener.close();
  }
}

/** Are these segments of the child's own main thread, whose end we shall learn exactly? */
function isOfChild(recording: Recording, ids: readonly string[], pid: number | undefined): boolean {
  return ids.some((id) => {
    const info = recording.segments.find((segment) => segment.info.id === id)?.info;
    return info?.process.pid === pid && info?.process.thread === 0;
  });
}
