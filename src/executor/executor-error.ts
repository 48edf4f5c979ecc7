import { CoreError } from '../core/error.ts';

/** What can go wrong at an executor's door. */
export type ExecutorErrorCode =
  | 'TASK_ABORTED'
  | 'NO_EXECUTOR'
  | 'NOT_A_FUTURE'
  | 'EXECUTOR_BUSY'
  | 'INVALID_OPTION';

/** Base of the executor's own errors. */
export class ExecutorError extends CoreError {
  declare readonly code: ExecutorErrorCode;
  constructor(code: ExecutorErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, options);
  }
}

/**
 * A task was aborted, or its executor shut down, before it was Ready: port of
 * `tokio::task::JoinError` where `is_cancelled()`.
 */
export class AbortedError extends ExecutorError {
  constructor(taskName: string | null) {
    super('TASK_ABORTED', `task ${taskName ?? '(unnamed)'} was aborted before it was Ready`);
  }
}
