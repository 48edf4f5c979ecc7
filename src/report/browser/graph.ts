import dagre from '@dagrejs/dagre';
import type { GraphData } from '../wake-graph-data.ts';
import { cut, el, grouped, svg } from './element.ts';

const CHAR = 7.2;
const LONGEST = 30;
const HEIGHT = 30;

/** Who woke whom. What lies on a cycle stands out. */
export function graphSection({ nodes, edges, left }: GraphData): HTMLElement | null {
  if (edges.length === 0) return null;
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 18, ranksep: 70, marginx: 30, marginy: 30 });
  graph.setDefaultEdgeLabel(() => ({}));
  nodes.forEach(({ name }, id) => {
    graph.setNode(String(id), { width: cut(name, LONGEST).length * CHAR + 20, height: HEIGHT });
  });
  edges.forEach(({ from, to, via }, id) => {
    if (from !== to) graph.setEdge(String(from), String(to), { id }, `${via} ${id}`);
  });
  dagre.layout(graph);
  const most = Math.max(...edges.map(({ count }) => count), 1);
  const drawing = svg('svg', { role: 'img', 'aria-label': 'Wake graph' }, arrowHead());
  for (const name of graph.edges()) {
    const { id, points } = graph.edge(name) as { id: number; points: { x: number; y: number }[] };
    drawing.append(edgeLine(edges[id]!, nodes, path(points), points[points.length >> 1]!, most));
  }
  for (const edge of edges) {
    if (edge.from === edge.to)
      drawing.append(selfEdge(edge, nodes, graph.node(String(edge.from)), most));
  }
  nodes.forEach((node, id) => drawing.append(box(node, graph.node(String(id)))));
  const { width = 0, height = 0 } = graph.graph();
  drawing.setAttribute('viewBox', `0 0 ${width} ${height}`);
  drawing.setAttribute('width', String(width));
  drawing.setAttribute('height', String(height));
  const rest =
    left > 0 ? el('p', { class: 'dim' }, `${grouped(left)} lighter edges are not drawn.`) : null;
  return el(
    'section',
    { id: 'graph', 'aria-label': 'Who wakes whom' },
    el('h2', {}, 'Who wakes whom'),
    el('div', { class: 'scroll', tabindex: 0 }, drawing),
    rest,
  );
}

interface At {
  x: number;
  y: number;
  width: number;
  height: number;
}

function box(node: GraphData['nodes'][number], { x, y, width, height }: At): SVGElement {
  const kind = node.isGuilty ? 'node guilty' : node.isOnCycle ? 'node cycle' : 'node';
  return svg(
    'g',
    { class: kind },
    svg('title', {}, node.name),
    svg('rect', { x: x - width / 2, y: y - height / 2, width, height, rx: 6 }),
    svg('text', { x, y: y + 4, 'text-anchor': 'middle' }, cut(node.name, LONGEST)),
  );
}

function edgeLine(
  { via, count, isOnCycle, from, to }: GraphData['edges'][number],
  nodes: GraphData['nodes'],
  d: string,
  middle: { x: number; y: number },
  most: number,
): SVGElement {
  const weight = 1 + (3 * Math.log1p(count)) / Math.log1p(most);
  const label = `${via} ${grouped(count)}×`;
  return svg(
    'g',
    { class: isOnCycle ? 'edge cycle' : 'edge' },
    svg('title', {}, `${nodes[from]!.name} wakes ${nodes[to]!.name}: ${label}`),
    svg('path', { d, 'stroke-width': weight.toFixed(1), 'marker-end': 'url(#arrow)' }),
    svg('text', { x: middle.x, y: middle.y - 6, 'text-anchor': 'middle' }, label),
  );
}

function selfEdge(
  edge: GraphData['edges'][number],
  nodes: GraphData['nodes'],
  { x, y, height }: At,
  most: number,
) {
  const top = y - height / 2;
  const d = `M ${x - 14} ${top} C ${x - 30} ${top - 26}, ${x + 30} ${top - 26}, ${x + 14} ${top}`;
  return edgeLine(edge, nodes, d, { x, y: top - 14 }, most);
}

function path(points: readonly { x: number; y: number }[]): string {
  return points
    .map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'} ${x.toFixed(1)} ${y.toFixed(1)}`)
    .join(' ');
}

function arrowHead(): SVGElement {
  const shape = svg('path', { d: 'M 0 0 L 8 4 L 0 8 z' });
  const marker = {
    id: 'arrow',
    viewBox: '0 0 8 8',
    refX: 7,
    refY: 4,
    orient: 'auto',
    markerWidth: 9,
    markerHeight: 9,
    markerUnits: 'userSpaceOnUse',
  };
  return svg('defs', {}, svg('marker', marker, shape));
}
