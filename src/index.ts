/**
 * selfwake: futures, wakers and an executor for Node, and a monitor that says which of
 * them spin.
 */
export * from './core/index.ts';
export * from './executor/index.ts';
export { COUNTER_NAMES, type CounterName, type Counters } from './model/counters.ts';
export { SelfwakeError } from './model/errors.ts';
export type {
  Confidence,
  EvidenceItem,
  Finding,
  Judgement,
  Level,
  NotRun,
} from './model/finding.ts';
export type { Layer, Place, Recording } from './model/recording.ts';
export { instrument, meter } from './source/executor/auto-monitor.ts';
export { BusyLoopError } from './source/executor/busy-loop-error.ts';
export {
  createMonitor,
  Monitor,
  type MonitorOptions,
  type MonitorSnapshot,
  type TaskSnapshot,
  type UnitSnapshot,
} from './source/executor/monitor.ts';
import { watchExecutorsUnderAnAgent } from './source/executor/auto-monitor.ts';

watchExecutorsUnderAnAgent();
