import { called } from './called.ts';
import type { TestWatch } from './test-watch.ts';

/** A test's function, as runners keep it: its first parameter, if it has one, is a callback. */
export type Body = (this: unknown, ...args: unknown[]) => unknown;

/** The same, watched, and with as many parameters: by these runners know whether it takes a callback. */
export function watchedBody(
  watch: TestWatch,
  name: string,
  body: Body,
  takesCallback: boolean,
): Body {
  if (!takesCallback) {
    return function run(this: unknown) {
      return watch.run(name, () => body.call(this));
    };
  }
  return function run(this: unknown, done: unknown) {
    const end = done as (error?: unknown) => void;
    watch.run(name, () => called((callback) => body.call(this, callback))).then(() => end(), end);
  };
}

interface Named {
  name: string;
  parent?: Named | null;
}

/** Behind the names of the suites around it; the outermost, which holds them all, has none. */
export function fullName({ name, parent }: Named): string {
  return parent?.parent ? `${fullName(parent)} > ${name}` : name;
}
