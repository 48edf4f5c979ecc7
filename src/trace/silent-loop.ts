/**
 * A thread that is seen at one place all the time goes round in a loop there, or stands in a
 * call of the runtime's own that takes long (a sort, a large `new Map`): only the first is a
 * spin. A loop in which nothing is called has nowhere else to be.
 */
import { type AnyNode, childrenOf, offsetOf, parsed } from './script-tree.ts';

const LOOP = /^(?:While|DoWhile|For)Statement$/;
/** What may run code of others, of the runtime's too. */
const CALLS =
  /^(?:CallExpression|NewExpression|TaggedTemplateExpression|ImportExpression|AwaitExpression|YieldExpression|For(?:Of|In)Statement|SpreadElement|ArrayPattern)$/;

/** True when the place lies in a loop of its own function that calls nothing. Line and column from 1. */
export function isInSilentLoop(text: string, line: number, column: number): boolean {
  const root = parsed(text);
  if (root === null) return false;
  const offset = offsetOf(text, line, column);
  let found = false;
  const visit = (node: AnyNode): void => {
    if (offset < node.start || offset > node.end) return;
    if (/Function/.test(node.type)) found = false;
    else if (LOOP.test(node.type)) found = isSilent(node);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(root);
  return found;
}

function isSilent(node: AnyNode): boolean {
  if (CALLS.test(node.type)) return false;
  if (/Function/.test(node.type)) return true;
  for (const child of childrenOf(node)) if (!isSilent(child)) return false;
  return true;
}
