/**
 * `require: selfwake/mocha` in the configuration of mocha watches every test. A test that
 * starves the event loop fails with the finding, and the run goes on.
 */
import { TestWatch } from './runner/test-watch.ts';
import { type Body, watchedBody } from './runner/watched-body.ts';

interface MochaTest {
  fn?: Body;
  /** Its body takes a callback. */
  async?: number | boolean;
  titlePath(): string[];
  /** Makes the error with which a test fails whose time is over. */
  _timeoutError?(ms: number): Error;
}

interface MochaContext {
  currentTest?: MochaTest;
}

const watch = TestWatch.start();
const watched = new WeakSet<Body>();

/** Root hooks, which mocha takes from a module that it requires. */
export const mochaHooks = {
  beforeEach(this: MochaContext): void {
    const test = this.currentTest;
    const body = test?.fn;
    if (test === undefined || body === undefined || watched.has(body)) return;
    const name = test.titlePath().join(' > ');
    test.fn = watchedBody(watch, name, body, Boolean(test.async));
    watched.add(test.fn);
    // Its time may be over before the news comes why.
    const timeoutError = test._timeoutError?.bind(test);
    if (timeoutError === undefined) return;
    test._timeoutError = (ms) => watch.latestFailure() ?? timeoutError(ms);
  },
};
