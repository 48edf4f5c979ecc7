/** What selfwake does not do: V8's sampling profiler, a sample a millisecond, from start to end. */
const { Session } = require('node:inspector');

const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.start');
