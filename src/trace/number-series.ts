/** How a number moved over some samples. */

export interface Moments {
  /** When each sample was taken: milliseconds, and polls that had ended. */
  atMs: readonly number[];
  polls: readonly number[];
}

const CLOCK_UNITS = [1, 1e-3, 1e3, 1e6];
/** As close to the time of day, or of the process, as only a reading of a clock is: milliseconds. */
const NEAR_NOW_MS = 3_600_000;
const NEAR_UPTIME_MS = 1000;
/** From `performance.now()` to `process.hrtime`. */
const HR_OFFSET_MS = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/** Shows the time: of day in milliseconds or seconds, of the process, or of the machine. */
export function showsTime(numbers: readonly number[], { atMs }: Moments): boolean {
  const { timeOrigin } = performance;
  const isNear = (show: (ms: number) => number, slack: number): boolean =>
    numbers.every((n, i) => Math.abs(n - show(atMs[i]!)) <= slack);
  return (
    isNear((ms) => timeOrigin + ms, NEAR_NOW_MS) ||
    isNear((ms) => (timeOrigin + ms) / 1000, NEAR_NOW_MS / 1000) ||
    isNear((ms) => HR_OFFSET_MS + ms, NEAR_UPTIME_MS) ||
    isNear((ms) => (HR_OFFSET_MS + ms) * 1e6, NEAR_UPTIME_MS * 1e6) ||
    (numbers.some((n) => !Number.isInteger(n)) && isNear((ms) => ms, NEAR_UPTIME_MS))
  );
}

/** Counted somewhere else in the loop: it moves by one size only, and stands still in between. */
export function hasOneStep(numbers: readonly number[]): boolean {
  const steps = numbers.slice(1).map((n, i) => n - numbers[i]!);
  return new Set(steps.filter((step) => step !== 0)).size === 1;
}

/** Moves with the clock, or counts down with it: the value's change is the elapsed time in some unit. */
export function followsClock(numbers: readonly number[], { atMs }: Moments): boolean {
  const elapsed = atMs.at(-1)! - atMs[0]!;
  const moved = Math.abs(numbers.at(-1)! - numbers[0]!);
  const isOneWay =
    numbers.every((n, i) => i === 0 || n >= numbers[i - 1]!) ||
    numbers.every((n, i) => i === 0 || n <= numbers[i - 1]!);
  if (elapsed <= 0 || !isOneWay) return false;
  return CLOCK_UNITS.some((unit) => {
    const expected = elapsed * unit;
    const slack = Math.max(expected * 0.05, 2 * unit, unit === 1e-3 ? 1 : 0);
    return moved >= 1 && Math.abs(moved - expected) <= slack;
  });
}

/** The same change with every poll. */
export function hasConstantStep(numbers: readonly number[], { polls }: Moments): boolean {
  const steps: number[] = [];
  for (let i = 1; i < numbers.length; i++) {
    const between = polls[i]! - polls[i - 1]!;
    if (between > 0) steps.push((numbers[i]! - numbers[i - 1]!) / between);
  }
  const first = steps[0];
  if (first === undefined) return false;
  return steps.every((s) => Math.abs(s - first) <= Math.max(Math.abs(first) * 0.02, 1e-9));
}

/** Counts every so many polls: steps of one size, and never further from an even pace than one. */
export function hasEvenPace(numbers: readonly number[], { polls }: Moments): boolean {
  const span = polls.at(-1)! - polls[0]!;
  if (span <= 0) return false;
  const steps = numbers.slice(1).map((n, i) => Math.abs(n - numbers[i]!));
  const quantum = Math.min(...steps.filter((step) => step > 0));
  if (steps.some((step) => step % quantum !== 0)) return false;
  const pace = (numbers.at(-1)! - numbers[0]!) / span;
  return numbers.every(
    (n, i) => Math.abs(n - numbers[0]! - pace * (polls[i]! - polls[0]!)) <= quantum * 1.001,
  );
}

/** A counter that begins anew when it reaches its end, such as the turn of a round-robin. */
export function isWrapping(numbers: readonly number[], { polls }: Moments): boolean {
  if (numbers.some((n) => !Number.isInteger(n) || n < 0)) return false;
  const counted = new Map<number, number>();
  for (let i = 1; i < numbers.length; i++) {
    if (polls[i]! - polls[i - 1]! !== 1) continue;
    const step = numbers[i]! - numbers[i - 1]!;
    counted.set(step, (counted.get(step) ?? 0) + 1);
  }
  const [step] = [...counted].sort((a, b) => b[1] - a[1])[0] ?? [0];
  if (step === 0) return false;
  let modulus = 0;
  for (let i = 1; i < numbers.length; i++) {
    const expected = numbers[0]! + step * (polls[i]! - polls[0]!);
    modulus = greatestDivisor(modulus, Math.abs(expected - numbers[i]!));
  }
  return modulus > Math.max(...numbers);
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** Fractions no larger than the time that passed, or from 0 to 1: durations, random numbers. */
export function isJitter(numbers: readonly number[], moments: Moments): boolean {
  if (numbers.every((n) => Number.isInteger(n)) || numbers.some((n) => n < 0)) return false;
  return numbers.every((n) => n <= 1) || isWithinTime(numbers, moments);
}

/** No longer than the time that passed, in milliseconds; sums of such add up to no more. */
export function isWithinTime(numbers: readonly number[], { atMs }: Moments): boolean {
  if (numbers.some((n) => n < 0)) return false;
  const elapsed = atMs.at(-1)! - atMs[0]!;
  const isSum = numbers.every((n, i) => i === 0 || n >= numbers[i - 1]!);
  if (isSum) return numbers.at(-1)! - numbers[0]! <= elapsed * 1.05;
  return Math.max(...numbers) <= elapsed;
}
