/**
 * SARIF 2.1.0, for code scanning and editors. Fingerprints are of rule, unit and function, so
 * that a finding stays the same one between runs and when its lines move.
 */
import type {
  Invocation,
  Location,
  Log,
  Message,
  Notification,
  ReportingDescriptor,
  Result,
} from 'sarif';
import { codeFrameKey } from '../model/code-frame.ts';
import type { Finding } from '../model/finding.ts';
import type { Place } from '../model/recording.ts';
import { cleanText } from './clean-text.ts';
import { jsonText } from './json-text.ts';
import { notJudgedText } from './not-judged.ts';
import { brokenText, CUT } from './remarks.ts';
import type { ReportInput, RuleHelp } from './report.ts';
import { isElsewhere, repositoryPath } from './source-path.ts';
import { textHash } from './text-hash.ts';

const SCHEMA =
  'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** Grows when a fingerprint is made of other parts. */
const FINGERPRINT = 'selfwake/v1';

export function sarifReport(input: ReportInput): string {
  const { recording, judgement, rules } = input;
  const log: Log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'selfwake',
            semanticVersion: recording.toolVersion,
            rules: rules.map(descriptor),
          },
        },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: {
          SRCROOT: { description: { text: 'The root of the sources.' } },
        },
        invocations: [invocation(input)],
        results: judgement.findings.map((finding) => result(finding, input)),
      },
    ],
  };
  return jsonText(log);
}

function descriptor({ id, summary, level, page }: RuleHelp): ReportingDescriptor {
  return {
    id,
    name: pascal(id),
    shortDescription: { text: sentence(summary) },
    defaultConfiguration: { level },
    help: page === '' ? { text: sentence(summary) } : { text: page, markdown: page },
  };
}

function result(finding: Finding, input: ReportInput): Result {
  const { rule, level, location, segment, chain, cycle } = finding;
  const placed = (place: Place, what?: string) => locationOf(place, segment, input, what);
  const related = chain.flatMap(({ name, place, isGuilty }) =>
    place === null || isGuilty ? [] : [placed(place, `${name} is a layer around it.`)],
  );
  const round = cycle.flatMap((step) =>
    step.location === null
      ? []
      : [placed(step.location, `${step.unit}: ${step.wakes} times, by ${step.via}.`)],
  );
  return {
    ruleId: rule,
    ruleIndex: input.rules.findIndex(({ id }) => id === rule),
    level,
    message: message(`${finding.message} ${finding.advice}`),
    ...(location === null ? {} : { locations: [placed(location)] }),
    ...(related.length === 0 ? {} : { relatedLocations: related.map(numbered) }),
    ...(round.length === 0 ? {} : { codeFlows: [{ threadFlows: [threadFlow(round)] }] }),
    partialFingerprints: { [FINGERPRINT]: textHash(finding.fingerprint) },
    properties: {
      confidence: finding.confidence,
      unit: cleanText(finding.unit.name),
      attribution: finding.attribution,
      process: finding.process.pid,
      thread: finding.process.thread,
      evidence: cleanEvidence(finding),
    },
  };
}

function cleanEvidence({ evidence }: Finding): Finding['evidence'] {
  const items = Object.entries(evidence).map(([name, item]) => {
    const { value } = item;
    return [name, typeof value === 'number' ? item : { ...item, value: cleanText(value) }] as const;
  });
  return Object.fromEntries(items);
}

function threadFlow(locations: readonly Location[]) {
  return { locations: locations.map((location) => ({ location })) };
}

function numbered(location: Location, index: number): Location {
  return { id: index + 1, ...location };
}

function locationOf(place: Place, segment: string, input: ReportInput, what?: string): Location {
  const path = repositoryPath(place, segment, input);
  const base = isElsewhere(path) ? {} : { uriBaseId: 'SRCROOT' };
  const frame = input.codeFrames.get(codeFrameKey(segment, place));
  const line = frame?.lines[place.line - frame.firstLine];
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(path), ...base },
      region: {
        startLine: place.line,
        startColumn: place.column,
        ...(line === undefined ? {} : { snippet: { text: cleanText(line) } }),
      },
    },
    ...(place.functionName === null
      ? {}
      : { logicalLocations: [{ name: cleanText(place.functionName), kind: 'function' }] }),
    ...(what === undefined ? {} : { message: message(what) }),
  };
}

/** A path may hold anything; what is no scheme must not look like one. */
function uriOf(path: string): string {
  const whole = path.replace(/\p{Cs}/gu, '\ufffd');
  if (/^[a-z]:\//i.test(whole)) return `file:///${encoded(whole)}`;
  if (whole.startsWith('/')) return `file://${encoded(whole)}`;
  return isElsewhere(whole) ? encodeURI(whole) : encoded(whole);
}

function encoded(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** What SARIF would read as a placeholder or a link is written so that it is none. */
function message(text: string): Message {
  const plain = cleanText(text).replace(/[\\[\]]/g, '\\$&');
  return { text: plain.replace(/[{}]/g, '$&$&') };
}

/** Rules that failed, what could not be judged, and a recording that was cut. */
function invocation({ recording, judgement }: ReportInput): Invocation {
  const notifications: Notification[] = judgement.brokenRules.map((broken) => ({
    level: 'error',
    message: message(brokenText(broken)),
    associatedRule: { id: broken.rule },
  }));
  const notJudged = notJudgedText(judgement.notRun, recording);
  if (notJudged !== null) notifications.push({ level: 'note', message: message(notJudged) });
  if (recording.isTruncated) {
    notifications.push({ level: 'warning', message: message(CUT) });
  }
  return {
    executionSuccessful: judgement.brokenRules.length === 0,
    ...(notifications.length === 0 ? {} : { toolExecutionNotifications: notifications }),
  };
}

function pascal(id: string): string {
  return id.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}
