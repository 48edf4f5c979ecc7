import { metrics, type Meter, type MeterProvider, type Observable } from '@opentelemetry/api';
import { performance } from 'node:perf_hooks';
import type { Counters } from '../model/counters.ts';
import type { Monitor } from '../source/executor/monitor.ts';
import { attributesOf } from './finding-event.ts';

export interface ObserveOptions {
  /** Counts per future type and findings are of this one; without it, only the event loop is told of. */
  monitor?: Monitor;
  /** Default: the global one. */
  meterProvider?: MeterProvider;
  /** Types that are told apart; the others are summed up as `other`, since each costs a series. */
  maxUnits?: number;
}

const MAX_UNITS = 100;

const COUNTERS = [
  ['selfwake.polls', 'Polls of futures.', ({ polls }) => polls],
  [
    'selfwake.self_wakes',
    'Wakes of a task from inside its own poll.',
    ({ selfWakes }) => selfWakes,
  ],
  [
    'selfwake.no_progress_polls',
    'Polls that woke their own task and made no progress.',
    ({ barrenPolls }) => barrenPolls,
  ],
  [
    'selfwake.empty_operations',
    'Reads and writes that were ready and moved nothing.',
    ({ emptyReads, emptyWrites }) => emptyReads + emptyWrites,
  ],
] as const satisfies [string, string, (counters: Counters) => number][];

/** Begins to tell; the returned function ends it. */
export function observeSelfwake(options: ObserveOptions = {}): () => void {
  const meter = (options.meterProvider ?? metrics.getMeterProvider()).getMeter('selfwake');
  const ends = [observeLoop(meter)];
  if (options.monitor !== undefined) {
    ends.push(observeMonitor(meter, options.monitor, options.maxUnits ?? MAX_UNITS));
  }
  return () => {
    for (const end of ends) end();
  };
}

/** Share of the time since the last collection in which the event loop was not idle. */
function observeLoop(meter: Meter): () => void {
  const gauge = meter.createObservableGauge('selfwake.event_loop.busy', {
    description: 'Share of the time in which the event loop was busy.',
    unit: '1',
  });
  let last = performance.eventLoopUtilization();
  const observe = (result: { observe(value: number): void }): void => {
    const now = performance.eventLoopUtilization();
    result.observe(performance.eventLoopUtilization(now, last).utilization);
    last = now;
  };
  gauge.addCallback(observe);
  return () => gauge.removeCallback(observe);
}

function observeMonitor(meter: Meter, monitor: Monitor, maxUnits: number): () => void {
  const counters = COUNTERS.map(([name, description]) =>
    meter.createObservableCounter(name, { description }),
  );
  const findings = meter.createObservableGauge('selfwake.findings', {
    description: 'Findings so far, by rule, level and unit.',
  });
  const observed: Observable[] = [...counters, findings];
  const observe = (result: {
    observe(metric: Observable, value: number, attributes?: object): void;
  }): void => {
    const units = monitor.snapshot().units.sort((a, b) => b.counters.polls - a.counters.polls);
    for (const [i, [, , value]] of COUNTERS.entries()) {
      const sums = new Map<string, number>();
      for (const [rank, { name, counters: own }] of units.entries()) {
        const unit = rank < maxUnits ? name : 'other';
        sums.set(unit, (sums.get(unit) ?? 0) + value(own));
      }
      for (const [unit, sum] of sums) result.observe(counters[i]!, sum, { 'selfwake.unit': unit });
    }
    for (const finding of monitor.findings()) result.observe(findings, 1, attributesOf(finding));
  };
  meter.addBatchObservableCallback(observe, observed);
  return () => meter.removeBatchObservableCallback(observe, observed);
}
