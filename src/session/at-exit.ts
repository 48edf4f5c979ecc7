/**
 * Knows when a thread ends, without a listener: those that are there would be counted, would
 * bring the warning about too many of them forward, and could be removed. Node reads
 * `process.emit` to tell of the end, having marked the process as ending before; so the
 * property is read through a getter, which adds no frame to anybody's stack.
 */

/** The mark: undocumented, and the same on Node 20 to 26. */
type Ending = NodeJS.Process & { _exiting?: boolean };

/** `then` is called once, before the program's own `exit` listeners. It must not throw. */
export function atExit(then: () => void): void {
  let isOver = false;
  const watch = (holder: object, emit: unknown, enumerable: boolean): void => {
    Object.defineProperty(holder, 'emit', {
      configurable: true,
      enumerable,
      get: () => {
        if (!isOver && (process as Ending)._exiting === true) {
          isOver = true;
          then();
        }
        return emit;
      },
      // Who replaces it gets a property as if there had been none of ours.
      set(this: object, replacement: unknown) {
        watch(this, replacement, true);
      },
    });
  };
  watch(Object.getPrototypeOf(process) as object, process.emit, false);
}
