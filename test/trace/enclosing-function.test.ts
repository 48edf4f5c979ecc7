import { describe, expect, it } from 'vitest';
import { enclosingFunction } from '../../src/trace/enclosing-function.ts';

/** The name around the place that `◆` marks. */
function nameAt(marked: string): string | null {
  const offset = marked.indexOf('◆');
  const before = marked.slice(0, offset).split('\n');
  const text = marked.replace('◆', '');
  return enclosingFunction(text, before.length, before.at(-1)!.length + 1);
}

describe('enclosingFunction', () => {
  it.each([
    ['function turn() { setImmediate(() => { ◆again(); }); }', 'turn'],
    ['function outer() { function inner() { ◆x(); } }', 'inner'],
    ['const turn = () => { x(function () { ◆y(); }); };', 'turn'],
    ['let turn; turn = async () => { ◆x(); };', 'turn'],
    ['module.exports.turn = function () { ◆x(); };', 'turn'],
    ['const api = { turn() { x(() => ◆y()); } };', 'turn'],
    ["const api = { 'turn it': function () { ◆x(); } };", 'turn it'],
    ['class Queue { turn() { x(() => { ◆y(); }); } }', 'Queue.turn'],
    ['class Queue { #turn() { ◆x(); } }', 'Queue.#turn'],
    ['const Queue = class { async turn() { ◆x(); } };', 'Queue.turn'],
    ['export default class { turn() { ◆x(); } }', 'turn'],
    ['class Queue { turn = () => { ◆x(); }; }', 'turn'],
    ['function named() {}\nsetImmediate(() => { ◆x(); });', null],
    ['◆x(); function later() {}', null],
    ['#!/usr/bin/env node\nfunction turn() { ◆x(); }', 'turn'],
    ['with (a) { function turn() { ◆x(); } }', 'turn'],
    ['for (;;) { await ◆x(); }', null],
    ['function first() {}\r\n\r\nfunction turn() {\r\n  ◆x();\r\n}', 'turn'],
  ])('%s', (marked, name) => {
    expect(nameAt(marked)).toBe(name);
  });

  it('says nothing of what is no JavaScript, or far too long', () => {
    expect(nameAt('const x: = ◆{')).toBeNull();
    expect(enclosingFunction(`function turn() {${' '.repeat(5_000_000)}}`, 1, 20)).toBeNull();
  });

  it('takes a place behind the end for the last one', () => {
    expect(enclosingFunction('function turn() {}', 9, 1)).toBe('turn');
  });
});
