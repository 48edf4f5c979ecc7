import { describe, expect, it } from 'vitest';
import {
  chosen,
  FIRST_STATE,
  indexIn,
  type LiveState,
  ORDERS,
  press,
  type Shown,
} from '../../src/cli/live/live-state.ts';
import { liveRow } from './live-row.ts';

const ids = ['a', 'b', 'c', 'd', 'e'];
const shown: Shown = { ids, fits: 3, mostScroll: 10, hasOutput: true };

function pressed(keys: readonly string[], from: Partial<LiveState> = {}, on = shown): LiveState {
  let state: LiveState = { ...FIRST_STATE, ...from };
  for (const key of keys) {
    const next = press(state, key, on);
    if (next === 'quit') throw new Error('It quit.');
    state = next;
  }
  return state;
}

const at = (...keys: string[]) => ids[indexIn(ids, pressed(keys))];

describe('keys of the table', () => {
  it('move the mark, and stop at its ends', () => {
    expect(at('down')).toBe('b');
    expect(at('j', 'j', 'k')).toBe('b');
    expect(at('up')).toBe('a');
    expect(at('pagedown')).toBe('c');
    expect(at('end')).toBe('e');
    expect(at('G', 'down')).toBe('e');
    expect(at('G', 'pageup')).toBe('c');
    expect(at('G', 'g')).toBe('a');
  });

  it('leave the mark on its row when rows move, and where it was when it is gone', () => {
    const state = pressed(['down', 'down']);
    expect(indexIn(['c', 'a', 'b'], state)).toBe(0);
    expect(indexIn(['a', 'b', 'd', 'e'], state)).toBe(2);
    expect(indexIn(['a'], state)).toBe(0);
    expect(indexIn([], state)).toBe(0);
  });

  it('have the first row, whichever it is, until somebody moves', () => {
    expect(indexIn(['x', 'a'], FIRST_STATE)).toBe(0);
  });

  it('open and shut a row, the help, the output', () => {
    expect(pressed(['down', 'return'])).toMatchObject({ page: 'detail', selected: 'b' });
    for (const key of ['escape', 'q', 'left', 'return'])
      expect(pressed(['return', key]).page).toBe('table');
    expect(pressed(['?']).page).toBe('help');
    expect(pressed(['o']).page).toBe('output');
    expect(pressed(['o'], {}, { ...shown, hasOutput: false }).page).toBe('table');
    expect(pressed(['return'], {}, { ...shown, ids: [] }).page).toBe('table');
  });

  it('quit, but not from within a page or a filter', () => {
    expect(press(FIRST_STATE, 'q', shown)).toBe('quit');
    expect(pressed(['/', 'q'])).toMatchObject({ filter: 'q', isTyping: true });
  });

  it('go through the orders', () => {
    expect(ORDERS.map((_, i) => pressed(new Array<string>(i).fill('s')).order)).toEqual(ORDERS);
    expect(pressed(new Array<string>(ORDERS.length).fill('s')).order).toBe('suspicion');
  });

  it.each(['tab', 'f5', '', 'x'])('do nothing for %s', (key) => {
    expect(press(FIRST_STATE, key, shown)).toEqual(FIRST_STATE);
  });
});

describe('the filter', () => {
  it('is typed, mended, kept and cleared', () => {
    expect(pressed(['/', 'T', 'l', '漢', 'backspace', 's', 'return'])).toMatchObject({
      filter: 'Tls',
      isTyping: false,
    });
    expect(pressed(['/', 'a', 'escape'])).toMatchObject({ filter: '', isTyping: false });
    expect(pressed(['/', 'a', 'return', 'escape'])).toMatchObject({ filter: '' });
    expect(pressed(['/', 'a', 'up', 'tab'])).toMatchObject({ filter: 'a' });
  });
});

describe('keys of a page', () => {
  const page = { page: 'detail', selected: 'a' } as const;
  it('scroll as far as there is something', () => {
    expect(pressed(['down', 'down', 'up'], page).scroll).toBe(1);
    expect(pressed(['pagedown'], page).scroll).toBe(2);
    expect(pressed(['end'], page).scroll).toBe(10);
    expect(pressed(['end', 'down', 'up'], page).scroll).toBe(9);
    expect(pressed(['home', 'up'], page).scroll).toBe(0);
  });

  it('follow the end of the output until somebody goes up', () => {
    const state = pressed(['o']);
    expect(state.scroll).toBe(Infinity);
    expect(pressed(['up'], state).scroll).toBe(9);
    expect(pressed(['up', 'down'], state).scroll).toBe(Infinity);
  });
});

describe('chosen', () => {
  const rows = [
    liveRow({ id: '1', name: 'TlsStream', values: { polls: 5, cpu: 0.1 } }),
    liveRow({ id: '2', name: 'Accept', place: 'src/tls.ts:3', values: { polls: 9 } }),
    liveRow({ id: '3', name: 'process 7', process: '7', values: { cpu: 1 } }),
  ];
  const names = (changes: Partial<LiveState>) =>
    chosen(rows, { ...FIRST_STATE, ...changes }).map(({ id }) => id);

  it('has the rows that contain the filter, wherever', () => {
    expect(names({ filter: 'TLS' })).toEqual(['1', '2']);
    expect(names({ filter: '7' })).toEqual(['3']);
    expect(names({ filter: 'nothing' })).toEqual([]);
  });

  it('has them in the order that is wanted', () => {
    expect(names({ order: 'polls' })).toEqual(['2', '1', '3']);
    expect(names({ order: 'cpu' })).toEqual(['3', '1', '2']);
    expect(names({ order: 'name' })).toEqual(['2', '1', '3']);
    expect(rows.map(({ id }) => id)).toEqual(['1', '2', '3']);
  });
});
