/** Awaits, nearly nothing else, in twenty chains at once, and then lets others run: `promises.mjs SECONDS`. */
import { setImmediate } from 'node:timers/promises';
import { measured } from './work.mjs';

async function leaf(value) {
  return value + 1;
}
async function branch(value) {
  return (await leaf(value)) + (await leaf(value));
}

await measured(async () => {
  const chains = Array.from({ length: 20 }, async (_, chain) => {
    let sum = chain;
    for (let i = 0; i < 500; i += 1) sum = (await branch(sum)) % 1000;
    return sum;
  });
  await Promise.all(chains);
  await setImmediate();
});
