import type { NotRun } from '../model/finding.ts';
import type { Capability, Segment } from '../model/recording.ts';
import type { Rule } from '../rules/rule.ts';

export interface Needs {
  /** The rule can be run on the segment. */
  isMet: boolean;
  /** What it could not see, whether it is run or not. */
  notRun: NotRun[];
}

/** What a rule needs and the segment's source does not see, or sees only in part. */
export function unmetNeeds({ meta }: Rule, segment: Segment): Needs {
  const { info, blind } = segment;
  const sees = new Set(info.sees);
  const oneOf = meta.needsOneOf ?? [];
  const { orNeeds } = meta;
  const instead = orNeeds?.filter((need) => sees.has(need)) ?? [];
  if (instead.length > 0) return { isMet: true, notRun: seenInPart(meta.id, instead, segment) };
  const isMet =
    meta.needs.every((need) => sees.has(need)) &&
    (oneOf.length === 0 || oneOf.some((need) => sees.has(need)));
  const notRun = [...meta.needs, ...oneOf].flatMap((need) => {
    const spots = blind.filter((spot) => spot.need === need).map(({ why }) => why);
    if (spots.length === 0 && !sees.has(need)) spots.push(unseen(segment, need));
    return spots.map((why) => ({ rule: meta.id, segment: info.id, need, why }));
  });
  return { isMet, notRun };
}

/** What the source itself says that it could not see. */
function seenInPart(rule: string, needs: readonly Capability[], segment: Segment): NotRun[] {
  return needs.flatMap((need) =>
    segment.blind
      .filter((spot) => spot.need === need)
      .map(({ why }) => ({ rule, segment: segment.info.id, need, why })),
  );
}

function unseen({ info }: Segment, need: Capability): string {
  if (info.sees.length === 0) return 'the segment has no introduction, so nothing is known of it';
  return `the source '${info.source}' does not see ${need}`;
}
