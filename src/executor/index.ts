/** The executor and what a program needs of it. */
export { currentExecutor, spawn, type SpawnOptions } from './current.ts';
export {
  Executor,
  type ExecutorMetrics,
  type ExecutorOptions,
  type LiveTask,
} from './executor.ts';
export { AbortedError, ExecutorError } from './executor-error.ts';
export { JoinHandle } from './join-handle.ts';
export { noopRecorder, type Recorder, type TaskRecord } from './recorder.ts';
