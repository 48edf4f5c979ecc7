import { expect, it } from 'vitest';
import { addressOf } from '../../../src/cli/attach-target.ts';
import { isLoopback } from '../../../src/source/attach/inspector-address.ts';
import { isNode } from '../../../src/source/attach/node-process.ts';

it.each([
  ['4711', { pid: 4711 }],
  ['127.0.0.1:9229', { pid: null, host: '127.0.0.1', port: 9229 }],
  [':9229', { pid: null, host: '127.0.0.1', port: 9229 }],
  ['localhost:1', { pid: null, host: 'localhost', port: 1 }],
  ['[::1]:9229', { pid: null, host: '::1', port: 9229 }],
  ['http://build.example:9229/', { pid: null, host: 'build.example', port: 9229 }],
  ['ws://127.0.0.1:9229/abc', { pid: null, url: 'ws://127.0.0.1:9229/abc' }],
])('understands %s', (text, address) => {
  expect(addressOf(text)).toEqual(address);
});

it.each(['', 'app.js', '-1', '127.0.0.1', 'host:0', 'host:99999', 'ws://', 'a b:1'])(
  'refuses %j',
  (text) => {
    expect(() => addressOf(text)).toThrow('is no process id and no address');
  },
);

it('knows which addresses are of this machine alone', () => {
  expect(['localhost', '127.0.0.1', '127.9.8.7', '::1'].every(isLoopback)).toBe(true);
  expect(['0.0.0.0', '10.0.0.1', '127.0.0.1.example', 'example', '::'].some(isLoopback)).toBe(
    false,
  );
});

it('knows Node by its executable', () => {
  expect(
    ['node', 'nodejs', 'node20', 'node-22.1', 'node.exe'].every((name) => isNode(name, [])),
  ).toBe(true);
  expect(['sleep', 'nginx', 'nodemon', 'python3'].some((name) => isNode(name, []))).toBe(false);
  expect(isNode(null, ['/usr/bin/node', 'app.js'])).toBe(true);
});
