/** A small server that nobody asks: prints its resident memory, in MiB. */
import { createServer } from 'node:http';
import { setTimeout } from 'node:timers/promises';

createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1');
await setTimeout(700);
console.log(JSON.stringify({ residentMiB: process.memoryUsage.rss() / 2 ** 20 }));
process.exit();
