import { readFileSync } from 'node:fs';

/** The package's version. Its manifest lies two folders up, from sources and from the build alike. */
export function toolVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
