/** Findings that somebody has looked at: by the configuration, by a comment at the place, or by a baseline. */
import type { SuppressionConfig } from '../model/config.ts';
import type { Finding, Suppressed } from '../model/finding.ts';

export interface SuppressionSources {
  config: readonly SuppressionConfig[];
  /** Fingerprints of a baseline. */
  baseline: ReadonlySet<string>;
  /** The comments that speak of a finding's line: on it, or right above. */
  commentsAt(finding: Finding): readonly IgnoreComment[];
}

/** `// selfwake-ignore-next-line RULE -- reason`, or `selfwake-ignore-line` beside the code. */
export interface IgnoreComment {
  file: string;
  /** Where the comment stands. */
  line: number;
  /** The line that it speaks of. */
  target: number;
  rule: string;
  reason: string;
}

const COMMENT = /selfwake-ignore-(next-line|line)\s+([\w-]+)(?:\s+--\s*(.*))?/;

/** The comment in a line of source, if there is one. */
export function ignoreComment(text: string, file: string, line: number): IgnoreComment | null {
  const [, where, rule, said] = COMMENT.exec(text) ?? [];
  if (where === undefined || rule === undefined) return null;
  const reason = (said ?? '').replace(/\s*(?:\*\/|-->)\s*$/, '').trim();
  return { file, line, target: where === 'line' ? line : line + 1, rule, reason };
}

/** Keeps account of what was of use. */
export class Suppressions {
  readonly #sources: SuppressionSources;
  readonly #usedEntries = new Set<SuppressionConfig>();
  readonly #usedComments = new Set<string>();

  constructor(sources: SuppressionSources) {
    this.#sources = sources;
  }

  /** Who says that the finding is to fail nothing. */
  of(finding: Finding): Omit<Suppressed, 'finding'> | null {
    const comment = this.#sources.commentsAt(finding).find(({ rule }) => rule === finding.rule);
    if (comment !== undefined) {
      this.#usedComments.add(keyOf(comment));
      return { by: 'comment', reason: comment.reason };
    }
    const entry = this.#sources.config.find((one) => fits(one, finding));
    if (entry !== undefined) {
      this.#usedEntries.add(entry);
      return { by: 'configuration', reason: entry.reason };
    }
    const isKnown = this.#sources.baseline.has(finding.fingerprint);
    return isKnown ? { by: 'baseline', reason: 'it was there when the baseline was made' } : null;
  }

  /** A sentence for each that was of no use; `comments` are those of the sources that were seen. */
  unused(comments: readonly IgnoreComment[]): string[] {
    const entries = this.#sources.config
      .filter((entry) => !this.#usedEntries.has(entry))
      .map(({ rule, unit, file }) => {
        const what = [rule, unit, file].filter((part) => part !== undefined).join(', ');
        return `A suppression of the configuration fits no finding: ${what}. Take it out.`;
      });
    const lines = comments
      .filter((comment) => !this.#usedComments.has(keyOf(comment)))
      .map(
        ({ file, line, rule }) =>
          `The comment at ${file}:${line} suppresses no finding of ${rule}. Take it out.`,
      );
    return [...entries, ...lines];
  }
}

function keyOf({ file, line }: IgnoreComment): string {
  return `${file}:${line}`;
}

function fits({ rule, unit, file }: SuppressionConfig, finding: Finding): boolean {
  return (
    matches(rule, finding.rule) &&
    (unit === undefined || matches(unit, finding.unit.name)) &&
    (file === undefined || matches(file, finding.location?.file ?? ''))
  );
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[\\s\\S]*')}$`).test(text);
}
