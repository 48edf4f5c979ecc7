/** Which of the program's functions stand behind wrappers of this package. */
type AnyFunction = (...args: never[]) => unknown;

const originals = new WeakMap<object, AnyFunction>();

/** Says that `wrapper` stands in front of `original`. */
export function noteWrapper(wrapper: AnyFunction, original: AnyFunction): void {
  originals.set(wrapper, original);
}

/** The program's own function behind `fn`, which may be itself. */
export function unwrapped(fn: AnyFunction): AnyFunction {
  let at = fn;
  for (let inner = originals.get(at); inner !== undefined; inner = originals.get(at)) at = inner;
  return at;
}
