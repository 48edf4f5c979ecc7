/** What selfwake does not do: four callbacks of async_hooks, from start to end. */
const { createHook } = require('node:async_hooks');

const kinds = new Map();
createHook({
  init: (id, type) => kinds.set(id, type),
  before() {},
  after() {},
  destroy: (id) => kinds.delete(id),
}).enable();
