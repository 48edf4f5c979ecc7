import { opaque, type Waker } from '../waker.ts';

/** One who waits in a {@link WaitList}: it links itself, so waiting allocates nothing more. */
export class WaitNode {
  previous: WaitNode | null = null;
  following: WaitNode | null = null;
  isLinked = false;
  private waker: Waker | null = null;

  get [opaque](): true {
    return true;
  }

  /** Keeps a clone, unless the one that is kept wakes the same task. */
  setWaker(waker: Waker): void {
    const kept = this.waker;
    if (kept !== null) {
      if (kept.willWake(waker)) return;
      this.waker = null;
      kept.drop();
    }
    this.waker = waker.clone();
  }

  wake(): void {
    const { waker } = this;
    this.waker = null;
    waker?.wake();
  }

  dropWaker(): void {
    const { waker } = this;
    this.waker = null;
    waker?.drop();
  }
}

/** Those who wait, in the order they came; any of them may leave at any time. */
export class WaitList<N extends WaitNode> {
  #first: N | null = null;
  #last: N | null = null;

  get [opaque](): true {
    return true;
  }

  /** The one who has waited longest; stays in the list. */
  get first(): N | null {
    return this.#first;
  }

  pushBack(node: N): void {
    node.previous = this.#last;
    if (this.#last === null) this.#first = node;
    else this.#last.following = node;
    this.#last = node;
    node.isLinked = true;
  }

  popFront(): N | null {
    const node = this.#first;
    if (node !== null) this.remove(node);
    return node;
  }

  /** Takes `node` out, which must be in this list. */
  remove(node: N): void {
    const { previous, following } = node;
    if (previous === null) this.#first = following as N | null;
    else previous.following = following;
    if (following === null) this.#last = previous as N | null;
    else following.previous = previous;
    node.previous = null;
    node.following = null;
    node.isLinked = false;
  }
}
