/** A script's text as a tree, for questions about a place in it. */
import { type Node, parse } from 'acorn';

/** Larger scripts are not parsed: it would take longer than a person waits. */
const MAX_CHARACTERS = 5_000_000;

export interface AnyNode extends Node {
  [key: string]: unknown;
}

/** Null where the text is no JavaScript. */
export function parsed(text: string): AnyNode | null {
  if (text.length > MAX_CHARACTERS) return null;
  for (const sourceType of ['module', 'script'] as const) {
    try {
      return parse(text, {
        ecmaVersion: 'latest',
        sourceType,
        allowHashBang: true,
        allowReturnOutsideFunction: true,
        allowAwaitOutsideFunction: true,
      }) as unknown as AnyNode;
    } catch {
      // Perhaps the other kind.
    }
  }
  return null;
}

/** Line and column from 1. */
export function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let at = 1; at < line; at++) {
    const end = text.indexOf('\n', start);
    if (end < 0) break;
    start = end + 1;
  }
  return start + column - 1;
}

export function* childrenOf(node: AnyNode): Generator<AnyNode> {
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) for (const child of value) if (isNode(child)) yield child;
    if (isNode(value)) yield value;
  }
}

export function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && typeof (value as AnyNode).type === 'string';
}
