/**
 * The named function around a place in a script. A callback has no name of its own; people
 * know it by the function that it is written in.
 */
import { type AnyNode, childrenOf, isNode, offsetOf, parsed } from './script-tree.ts';

/**
 * The name of the innermost named function that holds the place, `Class.method` for a
 * method; null where there is none, or the text is no JavaScript. Line and column from 1.
 */
export function enclosingFunction(text: string, line: number, column: number): string | null {
  const root = parsed(text);
  if (root === null) return null;
  const offset = offsetOf(text, line, column);
  let name: string | null = null;
  let className: string | null = null;
  const visit = (node: AnyNode, parent: AnyNode | null): void => {
    if (offset < node.start || offset > node.end) return;
    if (node.type.startsWith('Class')) className = nameOf(node, parent) ?? className;
    if (/Function/.test(node.type)) {
      const own = nameOf(node, parent);
      if (own !== null) {
        const isMethod = parent?.type === 'MethodDefinition' && className !== null;
        name = isMethod ? `${className}.${own}` : own;
      }
    }
    for (const child of childrenOf(node)) visit(child, node);
  };
  visit(root, null);
  return name;
}

/** As JavaScript would name it: by itself, or by what it is assigned to. */
function nameOf(node: AnyNode, parent: AnyNode | null): string | null {
  const own = identifier(node['id']);
  if (own !== null || parent === null) return own;
  switch (parent.type) {
    case 'MethodDefinition':
    case 'Property':
    case 'PropertyDefinition':
      return parent['value'] === node ? identifier(parent['key']) : null;
    case 'VariableDeclarator':
      return parent['init'] === node ? identifier(parent['id']) : null;
    case 'AssignmentExpression':
      return parent['right'] === node ? lastName(parent['left']) : null;
    default:
      return null;
  }
}

function lastName(target: unknown): string | null {
  if (!isNode(target)) return null;
  return target.type === 'MemberExpression' ? identifier(target['property']) : identifier(target);
}

function identifier(node: unknown): string | null {
  if (!isNode(node)) return null;
  if (node.type === 'Identifier') return String(node['name']);
  if (node.type === 'PrivateIdentifier') return `#${String(node['name'])}`;
  return node.type === 'Literal' && typeof node['value'] === 'string' ? node['value'] : null;
}
