/** Flags, comments at the place, configuration and baseline as one: what recordings are judged by. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { worseRates } from '../analysis/compare-rates.ts';
import { judge } from '../analysis/judge.ts';
import { type IgnoreComment, ignoreComment, Suppressions } from '../analysis/suppressions.ts';
import { flatThresholds } from '../analysis/flat-thresholds.ts';
import {
  thresholdOverrides,
  type ThresholdOverrides,
  type ThresholdSetting,
} from '../analysis/thresholds.ts';
import type { SelfwakeConfig } from '../model/config.ts';
import type { Finding, Judgement } from '../model/finding.ts';
import type { Recording } from '../model/recording.ts';
import { type Baseline, ratesOf, readBaseline } from './baseline-file.ts';
import { baselinePath } from './config.ts';

/** Larger ones are bundles, in which nobody writes comments. */
const MAX_FILE_BYTES = 2 * 1024 * 1024;
const MAX_FILES = 1000;

export class JudgeSetup {
  readonly #config: SelfwakeConfig;
  readonly #thresholds: ThresholdOverrides;
  readonly #baseline: Baseline | null;
  readonly #comments = new Map<string, IgnoreComment[]>();
  #suppressions: Suppressions;
  #recording: Recording | null = null;

  constructor(config: SelfwakeConfig, settings: readonly ThresholdSetting[]) {
    this.#config = config;
    this.#thresholds = merged(config.thresholds ?? {}, thresholdOverrides(settings));
    const path = baselinePath(config);
    this.#baseline = path === null ? null : readBaseline(path);
    this.#suppressions = this.#newSuppressions();
  }

  /** As sources want them. */
  get flatThresholds(): Record<string, number> {
    return flatThresholds(this.#thresholds);
  }

  judge(recording: Recording): Judgement {
    this.#recording = recording;
    this.#suppressions = this.#newSuppressions();
    const judgement = judge(recording, {
      thresholds: this.#thresholds,
      ...(this.#config.rules === undefined ? {} : { rules: this.#config.rules }),
      suppress: (finding) => this.#suppressions.of(finding),
    });
    if (this.#baseline !== null) {
      judgement.worse = worseRates(this.#baseline.units, ratesOf([recording]));
    }
    const isOver = recording.segments.every(({ end }) => end !== null);
    if (isOver) judgement.unused = this.#suppressions.unused(this.#seenComments(recording));
    return judgement;
  }

  #newSuppressions(): Suppressions {
    return new Suppressions({
      config: this.#config.suppressions ?? [],
      baseline: new Set(this.#baseline?.findings),
      commentsAt: (finding) => this.#commentsAt(finding),
    });
  }

  #commentsAt({ location, segment }: Finding): IgnoreComment[] {
    if (location === null || this.#recording === null) return [];
    const root = this.#recording.segments.find(({ info }) => info.id === segment)?.info.root ?? '.';
    return this.#commentsIn(location.file, root).filter(({ target }) => target === location.line);
  }

  #seenComments({ segments }: Recording): IgnoreComment[] {
    const files = new Map(
      segments.flatMap(({ units, info }) =>
        [...units.values()].flatMap(({ place }) =>
          place === null ? [] : [[place.file, info.root] as const],
        ),
      ),
    );
    return [...files].slice(0, MAX_FILES).flatMap(([file, root]) => this.#commentsIn(file, root));
  }

  #commentsIn(file: string, root: string): IgnoreComment[] {
    const path = isAbsolute(file) ? file : resolve(root, file);
    const known = this.#comments.get(path);
    if (known !== undefined) return known;
    const lines = sourceLines(path);
    const found = lines
      .map((text, i) => ignoreComment(text, file, i + 1))
      .filter((one) => one !== null);
    this.#comments.set(path, found);
    return found;
  }
}

function sourceLines(path: string): string[] {
  try {
    if (!existsSync(path) || statSync(path).size > MAX_FILE_BYTES) return [];
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}

function merged(config: ThresholdOverrides, flags: ThresholdOverrides): ThresholdOverrides {
  const rules = new Set([...Object.keys(config), ...Object.keys(flags)]);
  return Object.fromEntries([...rules].map((rule) => [rule, { ...config[rule], ...flags[rule] }]));
}
