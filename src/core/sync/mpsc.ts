/**
 * Port of `tokio::sync::mpsc`: many senders, one receiver, bounded or not.
 *
 * 1. A place in a bounded channel is a permit of a fair semaphore: taken before an item
 *    goes in, given back when it comes out.
 * 2. The receiver sees the end once the queue is empty and either all senders are dropped,
 *    or it has closed the channel and no reserved place is outstanding.
 * 3. From then on `pollRecv` answers the end at once, every time, as in tokio.
 *
 * An item counts as progress when it goes in and when it comes out; an `undefined` is a
 * bare permit and does not. Difference: what Rust answers as an `Err` of a synchronous send
 * is an answer here too and not thrown.
 */
import { Receiver } from './mpsc/receiver.ts';
import { Sender } from './mpsc/sender.ts';
import { Shared } from './mpsc/shared.ts';
import { UnboundedSender } from './mpsc/unbounded-sender.ts';

export { Closed } from './mpsc/closed.ts';
export { Permit, Reserve } from './mpsc/permit.ts';
export { Receiver, Recv } from './mpsc/receiver.ts';
export { Send } from './mpsc/send.ts';
export { Sender, type TrySendOutcome } from './mpsc/sender.ts';
export { SendError } from './mpsc/shared.ts';
export { UnboundedSender } from './mpsc/unbounded-sender.ts';

/** A channel with room for `capacity` items: `mpsc::channel`. Throws RangeError below 1. */
export function channel<T>(capacity: number): [sender: Sender<T>, receiver: Receiver<T>] {
  if (!(Number.isSafeInteger(capacity) && capacity > 0)) {
    throw new RangeError(`a channel for ${capacity} items: give a whole number from 1 up`);
  }
  const shared = new Shared<T>(capacity);
  return [new Sender(shared), new Receiver(shared)];
}

/** A channel without a bound: `mpsc::unbounded_channel`. */
export function unboundedChannel<T>(): [sender: UnboundedSender<T>, receiver: Receiver<T>] {
  const shared = new Shared<T>(Number.POSITIVE_INFINITY);
  return [new UnboundedSender(shared), new Receiver(shared)];
}
