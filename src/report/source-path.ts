/** Where a place lies for a machine: relative to the repository, as SARIF, GitHub and GitLab want it. */
import { posix } from 'node:path';
import type { Place } from '../model/recording.ts';
import type { ReportInput } from './report.ts';

/** Of the place's file, with `/` between its parts; absolute, or a URL, where it lies outside. */
export function repositoryPath(
  { file }: Place,
  segment: string,
  { recording: { segments }, repositoryRoot }: ReportInput,
): string {
  const path = file.replaceAll('\\', '/');
  const root = segments.find(({ info }) => info.id === segment)?.info.root ?? '';
  if (repositoryRoot === null || root === '' || isElsewhere(path)) return path;
  const top = repositoryRoot.replaceAll('\\', '/');
  const below = posix.relative(top, posix.join(root.replaceAll('\\', '/'), path));
  return below.startsWith('../') ? path : below;
}

/** Absolute, or no file of a disk: `node:internal/timers`, `data:…`. */
export function isElsewhere(path: string): boolean {
  return path.startsWith('/') || /^[a-z][a-z\d+.-]*:/i.test(path);
}
