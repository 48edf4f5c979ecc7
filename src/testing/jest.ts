/**
 * `testEnvironment: 'selfwake/jest'` watches every test, and adds the matchers. A test that
 * starves the event loop fails with the finding, and the run goes on. It is the environment
 * that jest has by itself, or the one that `testEnvironmentOptions: { environment: 'jsdom' }`
 * names.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { AGENT_KEY, findAgent } from '../model/agent.ts';
import { SelfwakeError } from '../model/errors.ts';
import { MATCHERS, type SelfwakeMatchers } from './matchers.ts';
import { TestWatch } from './runner/test-watch.ts';
import { type Body, fullName, watchedBody } from './runner/watched-body.ts';

/** Makes the module known that is added to below. */
export type { Matchers as JestMatchers } from 'expect';

declare global {
  // For those who have `@types/jest`.
  namespace jest {
    // The names of the parameters are jest's.
    interface Matchers<R, T = {}> extends SelfwakeMatchers {}
  }
}

declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> extends SelfwakeMatchers {}
}

interface EnvironmentConfig {
  projectConfig: { rootDir: string; testEnvironmentOptions: Record<string, unknown> };
}

/** What is used of jest's environments. */
interface Environment {
  global: object;
  handleTestEvent?(event: TestEvent, state: unknown): Promise<void> | void;
}

type EnvironmentClass = new (config: EnvironmentConfig, context: unknown) => Environment;

interface JestTest {
  name: string;
  parent?: JestTest;
  fn?: Body;
  errors: unknown[];
}

interface TestEvent {
  name: string;
  test?: JestTest;
  runtimeGlobals?: { expect?: { extend(matchers: object): void } };
}

const watched = new WeakSet<Body>();

/** Answers an instance of the environment below, so that it is one in all that jest asks of it. */
// oxlint-disable-next-line typescript/no-extraneous-class -- jest calls it as a constructor
export default class SelfwakeEnvironment {
  constructor(config: EnvironmentConfig, context: unknown) {
    const environment = new (environmentClass(config))(config, context);
    const watch = TestWatch.start();
    // Frames of the tests have a global object of their own.
    const agent = { value: findAgent(), configurable: true };
    Object.defineProperty(environment.global, Symbol.for(AGENT_KEY), agent);
    const theirs = environment.handleTestEvent?.bind(environment);
    environment.handleTestEvent = async (event, state) => {
      handle(event, watch);
      await theirs?.(event, state);
    };
    return environment;
  }
}

function environmentClass({ projectConfig }: EnvironmentConfig): EnvironmentClass {
  const { rootDir, testEnvironmentOptions } = projectConfig;
  const { environment = 'node' } = testEnvironmentOptions;
  const name = `jest-environment-${String(environment)}`;
  const bases = [join(rootDir, 'package.json'), process.argv[1] ?? rootDir, import.meta.url];
  for (const base of bases) {
    try {
      const module = createRequire(base)(name) as {
        default?: EnvironmentClass;
        TestEnvironment?: EnvironmentClass;
      };
      const found = module.TestEnvironment ?? module.default;
      if (found !== undefined) return found;
    } catch {
      // Not to be found from there.
    }
  }
  throw new SelfwakeError(
    'environment-missing',
    `The package ${name} cannot be found from ${rootDir}. Install it beside jest, or name another in testEnvironmentOptions.environment.`,
  );
}

function handle({ name, test, runtimeGlobals }: TestEvent, watch: TestWatch): void {
  if (name === 'setup') runtimeGlobals?.expect?.extend(MATCHERS);
  if (test === undefined) return;
  if (name === 'test_fn_start' && test.fn !== undefined && !watched.has(test.fn)) {
    const { fn } = test;
    const takesCallback = fn.length > 0;
    const body = takesCallback ? withFail(fn) : fn;
    test.fn = watchedBody(watch, fullName(test), body, takesCallback);
    watched.add(test.fn);
  }
  if (name !== 'test_done' || test.errors.length === 0) return;
  // Its time may have been over before the news came why.
  const failure = watch.latestFailure();
  if (failure !== null) test.errors = [failure];
}

/** Jest's callback can also be told of a failure by `done.fail`. */
function withFail(body: Body): Body {
  return function run(this: unknown, done: unknown) {
    const callback = done as (error?: unknown) => void;
    return body.call(this, Object.assign(callback, { fail: callback }));
  };
}
