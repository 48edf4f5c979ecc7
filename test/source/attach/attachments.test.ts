import { afterEach, expect, it } from 'vitest';
import { AttachKey } from '../../../src/source/attach/attach-protocol.ts';
import { attachmentsOf } from '../../../src/source/attach/attachments.ts';

const key = Symbol.for(AttachKey.ATTACHMENTS);
afterEach(() => Reflect.deleteProperty(globalThis, key));

const isThere = (): boolean => key in globalThis;

it('is the first one’s, and is gone when they leave', () => {
  expect(attachmentsOf(globalThis).claim('a', true, 0)).toBe(true);
  expect(attachmentsOf(globalThis).leave('a', 100)).toBe(true);
  expect(isThere()).toBe(false);
});

it('leaves an inspector open that nobody had it opened for', () => {
  const attachments = attachmentsOf(globalThis);
  attachments.claim('a', false, 0);
  expect(attachments.leave('a', 100)).toBe(false);
  expect(isThere()).toBe(false);
});

it('lets the second wait, and hands the inspector over to close', () => {
  const attachments = attachmentsOf(globalThis);
  attachments.claim('a', true, 0);
  expect(attachments.claim('b', false, 900)).toBe(false);
  expect(attachments.leave('a', 1000)).toBe(false);
  expect(attachments.claim('b', false, 1100)).toBe(true);
  expect(attachments.leave('b', 2000)).toBe(true);
});

it('does not wait for one that waited and went away', () => {
  const attachments = attachmentsOf(globalThis);
  attachments.claim('a', true, 0);
  attachments.claim('b', false, 100);
  attachments.hear('a', 4000);
  expect(attachments.leave('a', 4100)).toBe(true);
});

it('takes the program from a holder that fell silent, and takes out what they left', () => {
  const attachments = attachmentsOf(globalThis);
  let evicted = 0;
  attachments.claim('a', true, 0);
  attachments.evict = () => (evicted += 1);
  attachments.hear('a', 3000);
  expect(attachments.claim('b', false, 7000)).toBe(false);
  expect(attachments.claim('b', false, 8500)).toBe(true);
  expect(evicted).toBe(1);
});
