/** Computes row after row, and lets others run after each: `computing.mjs SECONDS`. */
import { setImmediate } from 'node:timers/promises';
import { measured } from './work.mjs';

const rows = 2000;
const columns = 400;
const field = new Float64Array(rows * columns);

await measured(async () => {
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      field[row * columns + column] = Math.sqrt(row * column + field[row * columns + column]);
    }
    if (row % 10 === 9) await setImmediate();
  }
});
