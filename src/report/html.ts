/**
 * One self-contained page: data as JSON in it, a script that draws, no request to anywhere.
 * Its policy allows this script and this style alone, so that no name can become code.
 */
import { createHash } from 'node:crypto';
import { PAGE_SCRIPT, PAGE_STYLE } from './page-assets.ts';
import { pageData } from './page-data.ts';
import { PLAIN_STYLE, type ReportInput } from './report.ts';
import { terminalReport } from './terminal.ts';
import { textNode } from './xml-text.ts';

/** Of the report as text, for who runs no script. */
const MAX_PLAIN = 100_000;

export function htmlReport(input: ReportInput): string {
  // Inside of a script element only `<` could end it.
  const data = JSON.stringify(pageData(input)).replaceAll('<', '\\u003c');
  const policy = [
    "default-src 'none'",
    `script-src '${hash(PAGE_SCRIPT)}'`,
    `style-src '${hash(PAGE_STYLE)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const plain = terminalReport({ ...input, style: PLAIN_STYLE }).slice(0, MAX_PLAIN);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>selfwake</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<noscript><pre>${textNode(plain)}</pre></noscript>
<main id="page"></main>
<script type="application/json" id="data">${data}</script>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
