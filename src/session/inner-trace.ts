/**
 * The half of a trace that lies inside the watched thread. It is a file of its own in the
 * package (see `late-code.ts`): few programs are ever traced, and none waits for it at its
 * start.
 */
import { HiddenState } from '../trace/hidden-state.ts';
import { LoopTracer } from '../trace/loop-tracer.ts';
import type { OddDelays } from '../trace/odd-delays.ts';
import { isOwnScript } from '../trace/own-scripts.ts';
import { PauseSampler } from '../trace/pause-sampler.ts';
import { SiteSampler } from '../trace/site-sampler.ts';
import { PlaceMapper } from '../trace/source-maps.ts';

/** What is called from the agent's thread, through the inspector. */
export interface InnerTrace {
  /** Reads the state of paused frames. */
  readonly sampler: PauseSampler;
  readonly tracer: LoopTracer;
  readonly sites: SiteSampler;
}

/** Paths are relative to `root`. */
export function innerTrace(root: string, oddDelays: OddDelays): InnerTrace {
  const hidden = new HiddenState();
  const mapper = new PlaceMapper(root);
  return {
    sampler: new PauseSampler(mapper),
    tracer: new LoopTracer({
      hidden,
      mapper,
      isOwn: isOwnScript,
      oddDelayOf: (timer) => oddDelays.of(timer),
    }),
    sites: new SiteSampler(hidden),
  };
}
