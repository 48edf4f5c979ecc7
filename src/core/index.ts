/** The contract, ported from Rust: everything of it that is public. */
export { AtomicWaker } from './atomic-waker.ts';
export { FromAsyncIterable, fromAsyncIterable } from './bridge/from-async-iterable.ts';
export { fromNode } from './bridge/from-node.ts';
export {
  DroppedError,
  FromPromise,
  fromPromise,
  type PromiseFactory,
} from './bridge/from-promise.ts';
export { NodeDuplex } from './bridge/node-duplex.ts';
export { NodeReader } from './bridge/node-reader.ts';
export { NodeWriter } from './bridge/node-writer.ts';
export {
  Accept,
  Bind,
  ListenerClosedError,
  TcpListener,
  TcpListenerStream,
} from './bridge/tcp-listener.ts';
export { Connect, TcpStream } from './bridge/tcp-stream.ts';
export { toAsyncIterable } from './bridge/to-async-iterable.ts';
export { toNodeDuplex, toNodeReadable, toNodeWritable } from './bridge/to-node.ts';
export { type ToPromiseOptions, toPromise } from './bridge/to-promise.ts';
export { Context } from './context.ts';
export {
  budgetRemaining,
  DEFAULT_BUDGET,
  madeProgress,
  pollProceed,
  setBudget,
  withUnlimitedBudget,
} from './coop.ts';
export { CoreError, IoError, type IoErrorCode } from './error.ts';
export { END, type Future, isFuture, type Next, type Stream, typeName } from './future.ts';
export { ByRef, byRef } from './futures/by-ref.ts';
export { Fuse, fuse } from './futures/fuse.ts';
export { Join, join, type Outputs } from './futures/join.ts';
export { MapFuture, map } from './futures/map.ts';
export { PendingFuture, pending } from './futures/pending.ts';
export { PollFn, pollFn } from './futures/poll-fn.ts';
export { ReadyFuture, ready } from './futures/ready.ts';
export { Select, type Selected, type SelectOptions, select } from './futures/select.ts';
export { Sleep, sleep } from './futures/sleep.ts';
export { ElapsedError, Timeout, timeout } from './futures/timeout.ts';
export { YieldNow, yieldNow } from './futures/yield-now.ts';
export { BufReader } from './io/buf-reader.ts';
export { Copy, type CopyOptions, copy } from './io/copy.ts';
export { CopyBidirectional, copyBidirectional } from './io/copy-bidirectional.ts';
export { DuplexStream, duplex } from './io/duplex.ts';
export { Flush, flush } from './io/flush.ts';
export { Read, read } from './io/read.ts';
export { ReadBuf } from './io/read-buf.ts';
export { ReadExact, readExact } from './io/read-exact.ts';
export { ReadToEnd, readToEnd } from './io/read-to-end.ts';
export { Shutdown, shutdown } from './io/shutdown.ts';
export { SimplexStream, simplex } from './io/simplex-stream.ts';
export { type AsyncDuplex, ReadHalf, split, WriteHalf } from './io/split.ts';
export type { AsyncBufRead, AsyncRead, AsyncWrite } from './io/traits.ts';
export { Write, write } from './io/write.ts';
export { WriteAll, writeAll } from './io/write-all.ts';
export { MAX_NODE_DELAY_MS, nodeTimerDriver } from './node-timer-driver.ts';
export { Poll } from './poll.ts';
export { PolledAfterReadyError } from './poll-after-ready.ts';
export {
  type CoreObserver,
  noteProgress,
  observeCore,
  ProgressCell,
  progressCells,
} from './progress.ts';
export { FuseStream, fuseStream } from './streams/fuse-stream.ts';
export { FuturesUnordered } from './streams/futures-unordered.ts';
export { NextItem, next } from './streams/next.ts';
export * as mpsc from './sync/mpsc.ts';
export { Notified, Notify } from './sync/notify.ts';
export * as oneshot from './sync/oneshot.ts';
export { Acquire, Semaphore, SemaphoreClosedError } from './sync/semaphore.ts';
export { currentTimerDriver, type TimerDriver, type TimerEntry, useTimerDriver } from './time.ts';
export {
  type ArcWake,
  opaque,
  type RawWaker,
  Waker,
  type YieldReason,
  yieldByRef,
} from './waker.ts';
