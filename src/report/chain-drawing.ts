/** The layers of a task from the outermost to the innermost, with the guilty one marked. */
import type { Layer, Place } from '../model/recording.ts';
import { cleanText } from './clean-text.ts';
import { lastOf, VALUES_FROM, type Paint } from './paint.ts';

/** More layers than this do not fit on the screen beside the rest. */
const MAX_LAYERS = 12;

const HERE = '  ◀ here';

/** Less of a path tells nothing, however deep the layers go. */
const LEAST_PLACE = 24;

export function drawnChain(chain: readonly Layer[], paint: Paint): string[] {
  if (chain.length < 2) return [];
  const kept = keptLayers(chain);
  const names = kept.map((layer, depth) => `${stair(depth)}${nameOf(layer)}`);
  const width = Math.max(...names.map((name) => name.length));
  return kept.map((layer, i) => {
    const name = names[i]!;
    const room = paint.width - VALUES_FROM - width - 2 - HERE.length;
    const place = layer?.place ? lastOf(placeText(layer.place), Math.max(room, LEAST_PLACE)) : '';
    const gap = ' '.repeat(width - name.length + 2);
    if (layer?.isGuilty) return `${paint.guilty(name)}${gap}${place}${paint.guilty(HERE)}`;
    return place === '' ? name : `${name}${gap}${paint.dim(place)}`;
  });
}

function stair(depth: number): string {
  return depth === 0 ? '' : `${'  '.repeat(depth - 1)}└ `;
}

function placeText({ file, line }: Place): string {
  return `${cleanText(file)}:${line}`;
}

function nameOf(layer: Layer | null): string {
  return layer === null ? '…' : cleanText(layer.name);
}

/** The outermost, and those around the guilty one; null stands for what was left out. */
function keptLayers(chain: readonly Layer[]): (Layer | null)[] {
  if (chain.length <= MAX_LAYERS) return [...chain];
  const guilty = Math.max(
    0,
    chain.findIndex((layer) => layer.isGuilty),
  );
  const around = MAX_LAYERS - 4;
  const from = Math.min(Math.max(2, guilty - around / 2), chain.length - around);
  const to = from + around;
  const rest = to < chain.length ? [null] : [];
  return [...chain.slice(0, 2), ...(from > 2 ? [null] : []), ...chain.slice(from, to), ...rest];
}
