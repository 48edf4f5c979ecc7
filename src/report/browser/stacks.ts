import type { StackNode } from '../stack-tree.ts';
import { cut, el, grouped, svg } from './element.ts';

const WIDTH = 1000;
const ROW = 22;
const CHAR = 6.6;

/** A flamegraph of the stacks under suspicion: the outermost layer on top, the guilty ones marked. */
export function stacksSection(roots: readonly StackNode[]): HTMLElement | null {
  const total = roots.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return null;
  const rows: SVGElement[] = [];
  let depth = 0;
  const draw = (nodes: readonly StackNode[], x: number, level: number): void => {
    depth = Math.max(depth, level + 1);
    let at = x;
    for (const node of [...nodes].sort((a, b) => b.weight - a.weight)) {
      const width = (node.weight / total) * WIDTH;
      if (width >= 1) {
        rows.push(frame(node, at, level * ROW, width, total));
        draw(node.children, at, level + 1);
      }
      at += width;
    }
  };
  draw(roots, 0, 0);
  const box = { viewBox: `0 0 ${WIDTH} ${depth * ROW}`, role: 'img', 'aria-label': 'Flamegraph' };
  return el(
    'section',
    { id: 'stacks', 'aria-label': 'Layers under suspicion' },
    el('h2', {}, 'Layers under suspicion'),
    el(
      'p',
      { class: 'dim' },
      'Outermost on top; as wide as the layers went round without progress.',
    ),
    svg('svg', box, ...rows) as unknown as Node,
  );
}

function frame(
  { name, weight, isGuilty }: StackNode,
  x: number,
  y: number,
  width: number,
  total: number,
) {
  const share = ((weight / total) * 100).toFixed(1);
  const room = Math.floor((width - 8) / CHAR);
  return svg(
    'g',
    { class: isGuilty ? 'frame guilty' : 'frame' },
    svg('title', {}, `${name}: ${grouped(weight)} rounds, ${share} %`),
    svg('rect', { x, y, width: Math.max(width - 1, 0.5), height: ROW - 2, rx: 2 }),
    room >= 3 ? svg('text', { x: x + 4, y: y + 14 }, cut(name, room)) : null,
  );
}
