/** The live view: gathers what is judged, draws it about once a second and at each key. */
import type { Finding, Judgement } from '../../model/finding.ts';
import { SelfwakeError } from '../../model/errors.ts';
import type { Recording } from '../../model/recording.ts';
import { cleanText } from '../../report/clean-text.ts';
import type { ReportFormat } from '../../report/reports.ts';
import { codeFramesFor } from '../../trace/code-frames.ts';
import { LiveScreen, type WatchScreen } from '../live-screen.ts';
import type { PlainInput } from '../report-input.ts';
import { errorScreen, whyNoTerminal, WIDEST, type Screen } from '../screen.ts';
import type { KeptOutput } from './kept-output.ts';
import { drawn, type Drawn } from './live-drawing.ts';
import { HELP } from './live-help.ts';
import type { LiveRow } from './live-row.ts';
import { LiveRows } from './live-rows.ts';
import { chosen, FIRST_STATE, press, type LiveState } from './live-state.ts';
import { Terminal } from './terminal.ts';
import { unitDetail } from './unit-detail.ts';
import { watchingText } from './watching-text.ts';

const LOOK_MS = 1000;

export interface LiveViewOptions {
  /** What is watched, as a person would say it. */
  title: string;
  /** Where the report goes at the end. */
  screen: Screen;
  format: ReportFormat;
  /** Of the watched program; null where it has a terminal of its own. */
  output: KeptOutput | null;
  onQuit(): void;
}

/** @throws {SelfwakeError} `no-terminal`, before anything is started. */
export function checkTerminal(flag: string): void {
  const why = whyNoTerminal();
  if (why === null) return;
  throw new SelfwakeError(
    'no-terminal',
    `${flag} wants a terminal, and stderr ${why}. Leave it out, or do not redirect stderr.`,
  );
}

export class LiveView implements WatchScreen {
  readonly #options: LiveViewOptions;
  readonly #terminal: Terminal;
  readonly #after: LiveScreen;
  readonly #history = new LiveRows();
  readonly #hasColor = errorScreen().style.hasColor;
  readonly #startedMs = performance.now();
  readonly #said: string[] = [];
  #state: LiveState = FIRST_STATE;
  #seen: { recording: Recording; judgement: Judgement } | null = null;
  #rows: LiveRow[] = [];
  #shown: { ids: string[]; drawn: Drawn } | null = null;
  #looking: NodeJS.Timeout | null = null;

  constructor(options: LiveViewOptions) {
    this.#options = options;
    this.#after = new LiveScreen(options.screen, options.format);
    this.#terminal = new Terminal({
      screen: process.stderr,
      keys: process.stdin.isTTY === true ? process.stdin : null,
      onKey: (key) => this.#press(key),
      onChange: () => this.#draw(),
    });
  }

  open(): void {
    if (this.#looking !== null) return;
    this.#terminal.open();
    this.#looking = setInterval(() => this.#look(), LOOK_MS);
  }

  look(recording: Recording, judgement: Judgement): void {
    const isFirst = this.#seen === null;
    this.#seen = { recording, judgement };
    if (isFirst) this.#look();
  }

  /** Findings are rows. */
  show(_finding: Finding, _recording: Recording): void {}

  /** Told in the view, and once more when it has ended. */
  say(sentence: string): void {
    if (this.#looking === null) return this.#after.say(sentence);
    this.#said.push(sentence);
    this.#draw();
  }

  lend<Value>(use: () => Promise<Value>): Promise<Value> {
    return this.#terminal.lend(use);
  }

  /** Gives the terminal back, with what was kept from it. */
  close(): void {
    if (this.#looking === null) return;
    clearInterval(this.#looking);
    this.#looking = null;
    this.#terminal.close();
    this.#options.output?.release((stream, bytes) => process[stream].write(bytes));
    for (const sentence of this.#said.splice(0)) this.#after.say(sentence);
  }

  async end(input: PlainInput): Promise<void> {
    this.close();
    await this.#after.end(input);
  }

  #look(): void {
    if (this.#seen === null || this.#looking === null) return;
    const { recording, judgement } = this.#seen;
    this.#rows = this.#history.look(recording, judgement, performance.now());
    this.#draw();
  }

  #press(key: string): void {
    const { ids = [], drawn } = this.#shown ?? {};
    const { fits = 1, mostScroll = 0 } = drawn ?? {};
    const hasOutput = this.#options.output !== null;
    const next = press(this.#state, key, { ids, fits, mostScroll, hasOutput });
    if (next === 'quit') return this.#options.onQuit();
    this.#state = next;
    this.#draw();
  }

  #draw(): void {
    if (this.#looking === null) return;
    const { title, output } = this.#options;
    const rows = chosen(this.#rows, this.#state);
    const picture = drawn({
      rows,
      state: this.#state,
      columns: this.#terminal.columns,
      lines: this.#terminal.lines,
      hasColor: this.#hasColor,
      title: `selfwake ${cleanText(title)}`,
      summary: this.#summary(),
      sentence: cleanText(this.#said.at(-1) ?? ''),
      page: this.#page(),
      hasOutput: output !== null,
      hasKeys: process.stdin.isTTY === true,
    });
    this.#shown = { ids: rows.map(({ id }) => id), drawn: picture };
    this.#terminal.draw(picture.lines);
  }

  #summary(): string {
    if (this.#seen === null) return 'starting';
    const { recording, judgement } = this.#seen;
    return watchingText(recording, judgement, (performance.now() - this.#startedMs) / 1000);
  }

  #page(): string {
    const { page, selected } = this.#state;
    if (page === 'help') return HELP;
    if (page === 'output') return this.#options.output?.text() ?? '';
    const row = page === 'detail' ? this.#rows.find(({ id }) => id === selected) : undefined;
    if (row === undefined || this.#seen === null) return 'It has ended.';
    const frames = codeFramesFor(row.findings, this.#seen.recording);
    const width = Math.min(this.#terminal.columns, WIDEST);
    return unitDetail(row, frames, { hasColor: this.#hasColor, width });
  }
}
