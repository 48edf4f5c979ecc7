import { homedir } from 'node:os';
import { expect, it } from 'vitest';
import { repositoryFiles, root } from './repository-files.ts';

/** Sample paths in tests and pages begin with one of these and mean nobody's machine. */
const samples = /\/(home|Users)\/(user|me|you|dev|runner)\b/g;

const forbidden: [what: string, pattern: RegExp][] = [
  ['a home folder', /(?<![\w.])\/(?:home|Users)\/[a-z][\w.-]*/],
  ['a home folder', /(?<![\w.~])\/root\/[\w.-]/],
  ['a home folder', /\b[A-Z]:\\+Users\\+\w/],
  ['a temporary file of somebody', /(?<![\w.])\/tmp\/(?:n\d\d|tmp\.|[\w-]*[A-Za-z0-9]{10,})\b/],
  [
    'a registry',
    /\bregistry\.[a-z0-9-]+\.[a-z]{2,}|\bhttps?:\/\/[^\s"'`)]*\/(?:npm-proxy|simple|artifactory)\//,
  ],
  ['an address resolved by npm', /^\s*"resolved":/m],
];

const here = [root.replace(/[/\\]$/, ''), homedir()]
  // One level (`/app`, `/root`) may well stand in a sample; what is written here is deeper.
  .filter((path) => path.split(/[/\\]/).filter(Boolean).length > 1);

it('no file says where it was written, or where npm found its packages', () => {
  const files = repositoryFiles();
  expect(files.length).toBeGreaterThan(20);
  const found: string[] = [];
  for (const { path, text } of files) {
    if (path === 'test/house/no-machine-in-files.test.ts') continue;
    const checked = text.replaceAll(samples, '');
    for (const [what, pattern] of forbidden) {
      const match = pattern.exec(checked);
      if (match) found.push(`${path}: ${match[0].trim()} is ${what}`);
    }
    for (const place of here) {
      if (text.includes(place)) found.push(`${path}: ${place} is of this machine`);
    }
  }
  expect(found).toEqual([]);
});

it.each([
  'see /home/alice/app.ts',
  'in /root/selfwake',
  String.raw`C:\Users\alice`,
  'https://registry.example.org/x',
  '    "resolved": "anything"',
])('would see: %s', (text) => {
  expect(forbidden.some(([, pattern]) => pattern.test(text))).toBe(true);
});
