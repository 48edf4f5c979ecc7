import { expect, it } from 'vitest';
import { TestCells } from '../../src/model/test-cells.ts';

const written = new TestCells();
const read = new TestCells(written.buffer);

it('tell the last test, and which one runs', () => {
  expect(read.last()).toBeNull();
  written.begin(1, 'things > are "strange": ünïcode, 測試, 🙂');
  expect(read.last()).toEqual({ id: 1, name: 'things > are "strange": ünïcode, 測試, 🙂' });
  expect(read.running).toBe(1);
  written.end();
  expect(read.running).toBe(0);
  expect(read.last()?.id).toBe(1);
});

it('cut a long name at a whole character', () => {
  written.begin(2, '測'.repeat(10_000));
  expect(read.last()?.name).toMatch(/^測{600,}$/u);
  written.begin(3, '');
  expect(read.last()).toEqual({ id: 3, name: '' });
});

it('count who waits for what is found', () => {
  expect(read.isWaitedFor).toBe(false);
  written.wait(1);
  written.wait(1);
  written.wait(-1);
  expect(read.isWaitedFor).toBe(true);
  written.wait(-1);
  expect(read.isWaitedFor).toBe(false);
});
