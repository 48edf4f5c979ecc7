import type { Lane, LaneRow } from '../timeline.ts';
import { el, grouped, svg } from './element.ts';

const WIDTH = 1000;
const HEIGHT = 46;
const MARK_HEIGHT = 5;
/** Marks that overlap lie below each other, in so many rows. */
const MARK_ROWS = 4;

const TITLES: Readonly<Record<LaneRow['kind'], string>> = {
  cpu: 'CPU',
  turns: 'loop turns/s',
  polls: 'polls/s',
};

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
      'CPU that each thread wanted, turns of its event loop, and polls, those without progress ' +
        'marked; the bars below are what was found.',
    ),
    ...drawn.map(lane),
  );
}

function lane({ title, seconds, rows, marks, traces }: Lane): HTMLElement {
  const traced = traces > 0 ? `, ${grouped(traces)} traces` : '';
  return el(
    'figure',
    {},
    el('figcaption', {}, `${title}: ${seconds.toFixed(1)} s${traced}`),
    ...rows.map((row) => strip(row, seconds, title)),
    marks.length === 0 ? null : markStrip(marks, seconds, title),
    el('div', { class: 'time dim' }, el('span', {}, '0 s'), el('span', {}, timeText(seconds))),
  );
}

function strip({ kind, values, barren }: LaneRow, seconds: number, title: string): HTMLElement {
  const most = kind === 'cpu' ? 1 : Math.max(...values);
  const step = WIDTH / values.length;
  const bar = (value: number, i: number, kindOfBar: string): SVGElement | null => {
    if (value === 0) return null;
    const height = Math.max(1, (Math.min(value, most) / most) * HEIGHT);
    const text = `${timeText((i / values.length) * seconds)}: ${valueText(kind, value)}`;
    return svg(
      'rect',
      { class: kindOfBar, x: i * step, y: HEIGHT - height, width: step, height },
      svg('title', {}, text),
    );
  };
  return labelled(
    TITLES[kind],
    valueText(kind, most),
    picture(
      `${TITLES[kind]} of ${title}`,
      HEIGHT,
      ...values.map((value, i) => bar(value, i, kind)),
      ...barren.map((value, i) => bar(value, i, 'barren')),
      svg('line', { class: 'axis', x1: 0, y1: HEIGHT, x2: WIDTH, y2: HEIGHT }),
    ),
  );
}

function markStrip(marks: Lane['marks'], seconds: number, title: string): HTMLElement {
  const spans = marks.map(({ rule, level, unit, from, to }, i) => {
    const x = (from / seconds) * WIDTH;
    const width = Math.max(3, ((to - from) / seconds) * WIDTH);
    const y = (i % MARK_ROWS) * (MARK_HEIGHT + 2);
    return svg(
      'rect',
      { class: `mark ${level}`, x, y, width, height: MARK_HEIGHT },
      svg('title', {}, `${rule} in ${unit}`),
    );
  });
  const height = Math.min(marks.length, MARK_ROWS) * (MARK_HEIGHT + 2);
  return labelled('found', '', picture(`findings of ${title}`, height, ...spans));
}

function labelled(label: string, most: string, drawn: SVGElement): HTMLElement {
  return el(
    'div',
    { class: 'strip' },
    el('span', {}, label, el('span', { class: 'dim' }, most)),
    drawn as unknown as Node,
  );
}

/** Drawn as wide as there is room, and as high as it says. */
function picture(title: string, height: number, ...parts: (SVGElement | null)[]): SVGElement {
  return svg(
    'svg',
    {
      viewBox: `0 0 ${WIDTH} ${height}`,
      height,
      role: 'img',
      'aria-label': title,
      preserveAspectRatio: 'none',
    },
    ...parts,
  );
}

function valueText(kind: LaneRow['kind'], value: number): string {
  return kind === 'cpu' ? `${Math.round(value * 100)} %` : grouped(value);
}

function timeText(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}
