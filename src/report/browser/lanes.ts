import type { Lane } from '../timeline.ts';
import { el, grouped, svg } from './element.ts';

const WIDTH = 1000;
const HEIGHT = 46;

export function lanesSection(lanes: readonly Lane[]): HTMLElement | null {
  const drawn = lanes.filter(({ seconds }) => seconds > 0);
  if (drawn.length === 0) return null;
  return el(
    'section',
    { id: 'timeline', 'aria-label': 'Timeline' },
    el('h2', {}, 'Timeline'),
    el(
      'p',
      { class: 'dim' },
      'Polls a second, those without progress marked; the bars are what was found.',
    ),
    ...drawn.map(lane),
  );
}

function lane({ title, seconds, polls, barren, marks, traces }: Lane): HTMLElement {
  const most = Math.max(...polls, 1);
  const step = WIDTH / polls.length;
  const bar = (value: number, i: number, kind: string): SVGElement | null => {
    if (value === 0) return null;
    const height = Math.max(1, (value / most) * HEIGHT);
    const text = `${((i / polls.length) * seconds).toFixed(1)} s: ${grouped(value)} a second`;
    return svg(
      'rect',
      { class: kind, x: i * step, y: HEIGHT - height, width: step, height },
      svg('title', {}, text),
    );
  };
  const spans = marks.map(({ rule, level, unit, from, to }, i) => {
    const x = (from / seconds) * WIDTH;
    const width = Math.max(3, ((to - from) / seconds) * WIDTH);
    const y = HEIGHT + 4 + (i % 4) * 7;
    return svg(
      'rect',
      { class: `mark ${level}`, x, y, width, height: 5 },
      svg('title', {}, `${rule} in ${unit}`),
    );
  });
  const below = marks.length > 0 ? 34 : 4;
  const chart = svg(
    'svg',
    {
      viewBox: `0 0 ${WIDTH} ${HEIGHT + below}`,
      role: 'img',
      'aria-label': title,
      preserveAspectRatio: 'none',
    },
    svg('line', { class: 'axis', x1: 0, y1: HEIGHT, x2: WIDTH, y2: HEIGHT }),
    ...polls.map((value, i) => bar(value, i, 'polls')),
    ...barren.map((value, i) => bar(value, i, 'barren')),
    ...spans,
  );
  const traced = traces > 0 ? `, ${grouped(traces)} traces` : '';
  return el(
    'figure',
    {},
    el('figcaption', {}, `${title}: ${seconds.toFixed(1)} s${traced}`),
    chart as unknown as Node,
  );
}
