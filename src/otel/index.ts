/**
 * selfwake for a fleet: metrics and span events through `@opentelemetry/api`, so that the
 * collectors that are there already see them. Nothing is measured that the monitor does not
 * count anyhow; it is read when a reader collects.
 */
export { findingEvent, type FindingAttributes } from './finding-event.ts';
export { observeSelfwake, type ObserveOptions } from './observe-selfwake.ts';
