/** What selfwake does not do: hooks on each promise, from start to end. */
const { promiseHooks } = require('node:v8');

let events = 0;
const count = () => {
  events += 1;
};
promiseHooks.createHook({ init: count, before: count, after: count, settled: count });
