/** One file of the suite; each of its copies has another number, and the runner that it is for. */
import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import * as shop from './shop.ts';

const FILE = 1;

describe(`the shop, ${FILE}`, () => {
  it('adds up', () => {
    const items = [{ name: 'tea', price: 3, count: FILE }];
    assert.equal(shop.total(items), 3 * FILE);
  });
  it('makes slugs', () => {
    assert.equal(shop.slug(`Grüne Äpfel, ${FILE} kg!`), `gru-ne-a-pfel-${FILE}-kg`);
  });
  it('parses', () => {
    assert.deepEqual(shop.parse(`a=1&b=x%20${FILE}`), { a: '1', b: `x ${FILE}` });
  });
  it('digests', () => {
    assert.equal(shop.digest(`order ${FILE}`).length, 64);
  });
  it('sorts', () => {
    const sorted = shop.prices(1000 + FILE * 200);
    assert.ok(sorted.every((price, i) => i === 0 || sorted[i - 1]! <= price));
  });
  it('throws', () => {
    assert.throws(() => shop.total(null as never), TypeError);
  });
  it('waits', async () => {
    const begunAt = Date.now();
    await shop.sleep(2 + (FILE % 7));
    assert.ok(Date.now() > begunAt);
  });
  it('caches', async () => {
    const cache = new shop.Cache<string>();
    assert.equal(await cache.get('a', async (key) => `${key}${FILE}`), `a${FILE}`);
    assert.equal(await cache.get('a', () => Promise.reject(new Error('again'))), `a${FILE}`);
  });
  it('emits', async () => {
    const basket = new shop.Basket();
    let added = 0;
    basket.on('added', () => (added += 1));
    for (let i = 0; i < 20; i += 1) await basket.add({ name: 'tea', price: i, count: 1 });
    assert.equal(added, 20);
  });
  it('stores', async () => {
    assert.equal(await shop.stored(`order ${FILE}`), `order ${FILE}`);
  });
  it('serves and streams', async () => {
    assert.equal(await shop.served(`order ${FILE}`), `order ${FILE}`);
    assert.equal(await shop.shouted(['tea', ' for ', 'two']), 'TEA FOR TWO');
  });
  it('tries again', async () => {
    const attempt = async (n: number): Promise<number> => {
      if (n < 2) throw new Error('not yet');
      return n;
    };
    assert.equal(await shop.retried(attempt, 3), 2);
  });
});
