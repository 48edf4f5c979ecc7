/** Loads a server: `load.mjs PORT SECONDS`. Prints requests per second, and the 99th percentile in ms. */
import autocannon from 'autocannon';

const [port, duration] = process.argv.slice(2).map(Number);
// So many connections that the percentile, in whole milliseconds, has two digits.
const connections = 100;
const url = `http://127.0.0.1:${port}/`;
// A first second, unmeasured: both sides are compiled by then.
await autocannon({ url, connections, duration: 1 });
const { requests, latency, errors, non2xx } = await autocannon({ url, connections, duration });
if (errors + non2xx > 0) throw new Error(`${errors + non2xx} requests failed.`);
console.log(JSON.stringify({ requestsPerSecond: requests.mean, p99Ms: latency.p99 }));
