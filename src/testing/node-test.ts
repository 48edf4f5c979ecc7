/**
 * `node --import selfwake/node-test --test` watches every test of Node's own runner. A test
 * that starves the event loop fails with the finding, and the run goes on.
 *
 * Tests reach Node by many ways (`import test from`, `require`, subtests), and all of them
 * run as asynchronous resources: their bodies are taken where these enter their scope.
 */
import { AsyncResource } from 'node:async_hooks';
import { called } from './runner/called.ts';
import { TestWatch } from './runner/test-watch.ts';
import { fullName } from './runner/watched-body.ts';

/** What Node keeps of a test, as far as it is read here: the same on Node 20 to 26. */
interface NodeTest {
  name: string;
  fn: unknown;
  /** Missing for the root, which holds all tests of a file. */
  parent?: NodeTest | null;
}

// The process that only starts others runs no test.
const isRunner =
  process.env['NODE_TEST_CONTEXT'] === undefined && process.execArgv.includes('--test');
const runsAllItself = process.execArgv.some((arg) => arg.endsWith('-isolation=none'));

if (!isRunner || runsAllItself) watchTests(TestWatch.start());

function watchTests(watch: TestWatch): void {
  const enter = Reflect.get(AsyncResource.prototype, 'runInAsyncScope');
  const runInAsyncScope = function (this: unknown, body: unknown, ...rest: unknown[]): unknown {
    if (typeof body !== 'function' || !isTest(this) || this.fn !== body) {
      return Reflect.apply(enter, this, [body, ...rest]);
    }
    const test = this;
    const [self, ...args] = rest;
    const takesCallback = args.length > 1;
    const watched = (): unknown => {
      if (!takesCallback) return watch.run(fullName(test), () => Reflect.apply(body, self, args));
      const done = args.pop() as (error?: unknown) => void;
      const run = (callback: unknown): unknown => Reflect.apply(body, self, [...args, callback]);
      watch.run(fullName(test), () => called(run)).then(() => done(), done);
      return undefined;
    };
    return Reflect.apply(enter, this, [watched]);
  };
  Object.assign(AsyncResource.prototype, { runInAsyncScope });
}

function isTest(value: unknown): value is NodeTest {
  const isOne = value instanceof AsyncResource && value.constructor.name === 'Test';
  return isOne && 'fn' in value && Boolean((value as unknown as NodeTest).parent);
}
