/** Loads a server: `load.mjs PORT SECONDS`. Prints requests per second, and the 99th percentile in ms. */
import autocannon from 'autocannon';

const [port, duration] = process.argv.slice(2).map(Number);
// A first second, unmeasured: both sides are compiled by then.
const url = `http://127.0.0.1:${port}/`;
await autocannon({ url, connections: 20, duration: 1 });
const { requests, latency, errors, non2xx } = await autocannon({ url, connections: 20, duration });
if (errors + non2xx > 0) throw new Error(`${errors + non2xx} requests failed.`);
console.log(JSON.stringify({ requestsPerSecond: requests.mean, p99Ms: latency.p99 }));
