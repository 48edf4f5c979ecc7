/** The HTML report in a real browser: Chromium, as Debian has it, or the one that `SELFWAKE_CHROMIUM` names. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { htmlReport } from '../../dist/report/html.js';
import { execute } from '../package/empty-project.ts';
import { root } from '../house/repository-files.ts';
import { cycle, input, judgement, spin } from '../report/found-in-proxy.ts';
import { HOSTILE, hostileInput } from '../report/hostile.ts';
import { largeRecording } from './large-recording.ts';

const CHROMIUM = [
  process.env['SELFWAKE_CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
];
const executablePath = CHROMIUM.find((path) => path !== '' && existsSync(path));

const folder = mkdtempSync(join(tmpdir(), 'selfwake-html-'));
let browser: Browser;
const complaints: string[] = [];

beforeAll(async () => {
  if (executablePath === undefined)
    throw new Error(
      'No Chromium. Install it (apt-get install chromium), or name one in SELFWAKE_CHROMIUM.',
    );
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  expect(complaints.splice(0)).toEqual([]);
});

async function open(html: string, options: object = {}): Promise<Page> {
  const file = join(folder, `${Math.random()}.html`);
  writeFileSync(file, html);
  const context = await browser.newContext({ viewport: { width: 1000, height: 800 }, ...options });
  const page = await context.newPage();
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url() !== pathToFileURL(file).href) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(pathToFileURL(file).href);
  return page;
}

describe('the HTML report', () => {
  it('tells each finding with its code, its layers and the rule', async () => {
    const page = await open(htmlReport(input));
    expect(await page.textContent('h1')).toBe('Busy loops found');
    expect(await page.locator('.finding').count()).toBe(2);
    const first = page.locator('.finding').first();
    expect(await first.textContent()).toContain('TlsStream answered Pending');
    expect(await first.locator('.line.here').textContent()).toContain('cx.waker.wakeByRef()');
    expect(await first.locator('.chain .guilty').textContent()).toContain('TlsStream');
    expect(await first.locator('.page pre').isVisible()).toBe(false);
    await first.locator('.page summary').click();
    expect(await first.locator('.page pre').textContent()).toContain('# self-wake');
  });

  it('draws the cycle, the layers and the time', async () => {
    const page = await open(htmlReport(input));
    expect(await page.locator('#graph .edge.cycle').count()).toBe(3);
    expect(await page.locator('#graph .node.guilty').count()).toBe(2);
    expect(await page.locator('#graph').textContent()).toContain('waker 512×');
    expect(await page.locator('#timeline .mark').count()).toBe(2);
  });

  it('draws CPU and turns of the loop beside what was found', async () => {
    const vitals = [
      { at: 1e9, cpuNs: 5e8, turns: 20 },
      { at: 2.5e9, cpuNs: 2e9, turns: 20 },
    ];
    const segments = input.recording.segments.map((one, i) => (i === 0 ? { ...one, vitals } : one));
    const page = await open(htmlReport({ ...input, recording: { ...input.recording, segments } }));
    const strips = page.locator('#timeline figure').first().locator('.strip');
    expect(await strips.allTextContents()).toEqual([
      expect.stringMatching(/^CPU100 %/),
      expect.stringMatching(/^loop turns\/s20/),
      expect.stringMatching(/^found/),
    ]);
    const bar = strips.first().locator('rect').last();
    expect(await bar.locator('title').textContent()).toBe('2.5 s: 100 %');
    expect((await bar.boundingBox())!.height).toBeGreaterThan(40);
  });

  it('searches and sorts the units, with the keyboard, too', async () => {
    const page = await open(htmlReport(input));
    const names = () => page.locator('#units tbody tr td:first-child').allTextContents();
    expect(await names()).toEqual(['CopyBidirectional', 'Accept']);
    await page.keyboard.press('/');
    await page.keyboard.type('acc');
    expect(await names()).toEqual(['Accept']);
    expect(await page.textContent('#count')).toBe('1 of 2 units');
    await page.fill('#search', '');
    await page.locator('#units th button', { hasText: 'unit' }).click();
    expect(await names()).toEqual(['Accept', 'CopyBidirectional']);
    expect(await page.locator('#units th').first().getAttribute('aria-sort')).toBe('ascending');
    await page.locator('#units th button', { hasText: 'polls' }).click();
    expect(await names()).toEqual(['CopyBidirectional', 'Accept']);
  });

  it('goes through the findings by keys, and opens and shuts them', async () => {
    const page = await open(htmlReport(input));
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    const second = page.locator('.finding').nth(1);
    expect(await second.getAttribute('open')).toBeNull();
    await page.keyboard.press('Enter');
    expect(await second.getAttribute('open')).toBe('');
    await page.keyboard.press('k');
    await page.keyboard.press('Enter');
    expect(await page.locator('.finding').first().getAttribute('open')).toBeNull();
  });

  it('is light or dark as the system is, and turns', async () => {
    const page = await open(htmlReport(input), { colorScheme: 'dark' });
    const back = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await back()).toBe('rgb(13, 17, 23)');
    await page.click('#theme');
    expect(await back()).toBe('rgb(255, 255, 255)');
    await page.keyboard.press('t');
    expect(await back()).toBe('rgb(13, 17, 23)');
  });

  it('is printed with all findings open', async () => {
    const page = await open(htmlReport(input));
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.finding[open]').count()).toBe(2);
    expect(await page.locator('#theme').isVisible()).toBe(false);
    expect((await page.pdf()).length).toBeGreaterThan(1000);
  });

  it('tells the same as text where no script runs', async () => {
    const page = await open(htmlReport(input), { javaScriptEnabled: false });
    expect(await page.textContent('noscript')).toContain('error  self-wake in TlsStream');
  });

  it('has a page for the other verdicts', async () => {
    for (const verdict of ['ok', 'not-enough'] as const) {
      const page = await open(
        htmlReport({ ...input, judgement: { ...judgement, verdict, findings: [] } }),
      );
      expect(await page.getAttribute('h1', 'class')).toBe(verdict);
    }
  });

  it.each(Object.entries(HOSTILE))('shows %s as text', async (_, text) => {
    const page = await open(htmlReport(hostileInput(text)));
    expect(await page.locator('.finding').count()).toBe(2);
    expect(await page.locator('img, b:not(.advice b), a').count()).toBe(0);
    expect(await page.locator('script').count()).toBe(2);
    const shown = await page.locator('.finding strong').first().textContent();
    expect(shown!.length).toBeLessThanOrEqual(120);
  });

  it('draws a cycle whose steps have no place', async () => {
    const findings = [
      { ...cycle, cycle: cycle.cycle.map((step) => ({ ...step, location: null })) },
      spin,
    ];
    const page = await open(htmlReport({ ...input, judgement: { ...judgement, findings } }));
    expect(await page.locator('.finding').count()).toBe(2);
  });
});

describe('of a large service that ran for an hour', () => {
  it('is smaller than two megabytes, whole, and can be searched', async () => {
    const recording = join(folder, 'large.jsonl');
    writeFileSync(recording, [...largeRecording()].join(''));
    const target = join(folder, 'large.html');
    const command = [
      '--max-old-space-size=256',
      'bin/selfwake.js',
      'report',
      '--report',
      `html=${target}`,
      recording,
    ];
    const run = await execute(process.execPath, command, root);
    expect(run.exitCode, run.story).toBe(1);
    expect(statSync(target).size).toBeLessThan(2 * 1024 * 1024);
    const page = await open(readFileSync(target, 'utf8'));
    expect(await page.textContent('#count')).toBe('10,000 of 10,000 units');
    await page.fill('#search', 'service-4711');
    expect(await page.locator('#units tbody tr').count()).toBe(1);
    expect(await page.locator('#graph .node').count()).toBeLessThanOrEqual(60);
  });

  it('stays small with names of ten thousand characters', async () => {
    const recording = join(folder, 'long.jsonl');
    const long = 'Long'.repeat(2500);
    writeFileSync(
      recording,
      [...largeRecording((id) => (id < 500 ? `${long}${id}` : `Short${id}`))].join(''),
    );
    const target = join(folder, 'long.html');
    const run = await execute(
      process.execPath,
      ['bin/selfwake.js', 'report', '--report', `html=${target}`, recording],
      root,
    );
    expect(run.exitCode, run.story).toBe(1);
    expect(statSync(target).size).toBeLessThan(2 * 1024 * 1024);
  });
});
