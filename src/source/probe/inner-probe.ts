/**
 * The half of the probe that lies inside the watched thread: the heart that beats, the
 * wrappers that remember odd delays, the count of births, and what a trace calls from outside. Until it is
 * called, only the heart does anything.
 */
import { threadId } from 'node:worker_threads';
import { HiddenState } from '../../trace/hidden-state.ts';
import { LoopTracer } from '../../trace/loop-tracer.ts';
import { isOwnScript } from '../../trace/own-scripts.ts';
import { SiteSampler } from '../../trace/site-sampler.ts';
import { PlaceMapper } from '../../trace/source-maps.ts';
import { Births } from '../../trace/births.ts';
import { Heart } from './heart.ts';
import { OddDelays } from '../../trace/odd-delays.ts';

export class InnerProbe {
  /** Node's number of this thread, by which a session is matched to it. */
  readonly thread = threadId;
  readonly heart: Heart;
  readonly tracer: LoopTracer;
  readonly sites: SiteSampler;
  readonly #odd = new OddDelays();
  readonly #births = new Births();
  readonly #hidden = new HiddenState();

  /** `cells`: this thread's row of the process's hearts. */
  constructor(root: string, cells: Float64Array) {
    this.heart = new Heart(cells, {
      oddDelays: () => this.#odd.seen,
      births: () => this.#births.seen,
    });
    this.tracer = new LoopTracer({
      hidden: this.#hidden,
      mapper: new PlaceMapper(root),
      isOwn: isOwnScript,
      oddDelayOf: (timer) => this.#odd.of(timer),
    });
    this.sites = new SiteSampler(this.#hidden);
  }

  /** Before the program's first line. `atBeat` is called some 20 times a second. */
  start(atBeat: () => void): void {
    this.#odd.install();
    this.#births.install();
    this.heart.start(atBeat);
  }
}
