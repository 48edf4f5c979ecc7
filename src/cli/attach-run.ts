/** One `selfwake attach`: one process after the other, one recording, one report. */
import { Ledger } from '../ledger/ledger.ts';
import type { Finding } from '../model/finding.ts';
import { headerLine } from '../model/recording.ts';
import { SelfwakeError } from '../model/errors.ts';
import { cleanText } from '../report/clean-text.ts';
import { Collector } from '../session/collector.ts';
import { RecordFile } from '../session/record-file.ts';
import { visit } from '../session/visit.ts';
import type { Attachment } from '../source/attach/attachment.ts';
import { scan, treeOf } from '../source/attach/scan.ts';
import { type Address, addressOf, planOf } from './attach-target.ts';
import { brokenSentence } from './broken-sentence.ts';
import { confirmed } from './confirm.ts';
import { judgeWith, type JudgingOptions } from './judging-options.ts';
import { LiveScreen, type WatchScreen } from './live-screen.ts';
import { checkTerminal, LiveView } from './live/live-view.ts';
import { enoughFrom, FAILED, isAtOrAbove, type Outcome, runOutcome } from './outcome.ts';
import { reportInput } from './report-input.ts';
import { checkTargets, writeReports } from './report-files.ts';
import { ProgressLine } from './progress-line.ts';
import { outputScreen } from './screen.ts';
import { toolVersion } from './tool-version.ts';

/** Long enough for a loop through timers or I/O to be seen twice. */
const USUAL_MS = 10_000;
/** Longer than anybody looks on, and no longer than a timer of Node can wait. */
const LONGEST_MS = 2 ** 31 - 1;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface AttachCommandOptions extends JudgingOptions {
  tree?: boolean;
  for?: number;
  live?: boolean;
  record?: string;
  break?: boolean;
  yes?: boolean;
}

export class AttachRun {
  readonly #target: string;
  readonly #options: AttachCommandOptions;
  readonly #screen: WatchScreen;
  readonly #collector: Collector;
  readonly #ledger = new Ledger();
  readonly #record: RecordFile | null;
  readonly #breaking: Promise<void>[] = [];
  readonly #interrupted = new AbortController();
  readonly #leave = (): void => {
    this.#interrupted.abort();
    this.#enough.abort();
  };
  #enough = new AbortController();
  #attachment: Attachment | null = null;

  constructor(target: string, options: AttachCommandOptions) {
    this.#target = target;
    this.#options = options;
    checkTargets(options.report ?? []);
    if (options.live === true) checkTerminal('--live');
    const { format } = options;
    const screen = outputScreen();
    const title = `attach ${target}`;
    this.#screen =
      options.live === true
        ? new LiveView({ title, screen, format, output: null, onQuit: this.#leave })
        : new LiveScreen(screen, format, ProgressLine.onTerminal());
    this.#record =
      options.record === undefined
        ? null
        : new RecordFile(options.record, (error) => this.#say(error.message));
    this.#collector = new Collector({
      ledger: this.#ledger,
      judge: judgeWith(options),
      onLine: (line) => this.#record?.append(line),
      onJudged: (recording, judgement) => this.#screen.look(recording, judgement),
      onFinding: (finding) => this.#onFinding(finding),
    });
  }

  async run(): Promise<Outcome> {
    for (const signal of SIGNALS) process.on(signal, this.#leave);
    try {
      this.#collector.take(headerLine(toolVersion()));
      const address = addressOf(this.#target);
      if (this.#options.tree === true) await this.#visitTree(address);
      else await this.#visit(address);
      return await this.#report();
    } finally {
      for (const signal of SIGNALS) process.off(signal, this.#leave);
      this.#screen.close();
      this.#record?.close();
    }
  }

  /** What cannot be attached to is told, and the others are looked at all the same. */
  async #visitTree(address: Address): Promise<void> {
    if (address.pid === null) {
      throw new SelfwakeError(
        'bad-target',
        '--tree wants a process id: selfwake attach --tree PID.',
      );
    }
    const processes = treeOf(address.pid, await scan());
    if (processes.length === 0) {
      throw new SelfwakeError(
        'cannot-attach',
        `There is no Node process at or below ${address.pid}. \`selfwake ps\` lists those of this machine.`,
      );
    }
    const suspicious = processes.filter(({ look }) => look !== 'calm');
    let failure: SelfwakeError | null = null;
    for (const { pid } of suspicious.length > 0 ? suspicious : processes) {
      if (this.#interrupted.signal.aborted) break;
      try {
        await this.#visit({ ...address, pid });
      } catch (error) {
        if (!(error instanceof SelfwakeError)) throw error;
        failure = error;
        this.#say(error.message);
      }
    }
    if (failure !== null && !this.#collector.hasSegment) throw failure;
  }

  async #visit(address: Address): Promise<void> {
    const plan = await planOf(address, (sentence) => this.#say(sentence));
    if (plan.signal !== null) {
      const question = `${plan.signal} Go on?`;
      if (this.#options.yes === true) this.#say(plan.signal);
      else if (!(await this.#screen.lend(() => confirmed(question)))) {
        throw new SelfwakeError(
          'not-confirmed',
          `${plan.signal} Nothing was sent: say --yes to agree to it.`,
        );
      }
    }
    const { url } = await plan.inspector();
    this.#enough = new AbortController();
    if (this.#interrupted.signal.aborted) this.#enough.abort();
    const { pauses, hasEnded } = await visit({
      url,
      pid: plan.pid,
      innerPid: plan.innerPid,
      isOpenedByUs: plan.signal !== null,
      collector: this.#collector,
      forMs: this.#options.for ?? (this.#isUnending ? LONGEST_MS : USUAL_MS),
      enough: this.#enough.signal,
      onWaiting: () => this.#say('another selfwake is attached; waiting until it has left.'),
      onAttached: (attachment) => {
        this.#attachment = attachment;
        this.#screen.open();
        this.#say(`attached to ${cleanText(attachment.facts.runtime)} ${plan.name}.`);
      },
    });
    await Promise.all(this.#breaking);
    const { longestMs, totalMs } = pauses;
    const stood = `it stood still ${pauses.pauses} times, ${round(totalMs)} ms in all, ${round(longestMs)} ms at the longest`;
    this.#say(hasEnded ? `${plan.name} ended meanwhile; ${stood}.` : `detached; ${stood}.`);
  }

  #onFinding(finding: Finding): void {
    this.#screen.show(finding, this.#ledger.recording());
    if (!isAtOrAbove(finding.level, enoughFrom(this.#options.failOn))) return;
    if (this.#options.break === true) {
      this.#breaking.push(this.#break(finding).catch(() => {}));
    } else if (this.#options.for === undefined && !this.#isUnending) this.#enough.abort();
  }

  /** A view goes on until somebody quits; of several processes each has its turn. */
  get #isUnending(): boolean {
    return this.#options.live === true && this.#options.tree !== true;
  }

  async #break({ segment, unit }: Finding): Promise<void> {
    const sentence = `ends what ${cleanText(unit.name)} runs in; promise jobs that are queued behind it are lost, and the process lives on.`;
    const question = `--break ${sentence} Go on?`;
    const mayBreak =
      this.#options.yes === true || (await this.#screen.lend(() => confirmed(question)));
    if (!mayBreak) this.#say('the loop was left alone: say --yes to agree to breaking it.');
    else {
      this.#say(`--break ${sentence}`);
      const isBroken = await this.#attachment?.breakLoop(segment, unit.key);
      this.#say(brokenSentence(unit.name, isBroken === true));
    }
    if (this.#options.for === undefined && !this.#isUnending) this.#enough.abort();
  }

  async #report(): Promise<Outcome> {
    const recording = this.#ledger.recording();
    const judgement = this.#collector.judge();
    const input = reportInput(recording, judgement);
    await this.#screen.end(input);
    const errors = await writeReports(this.#options, input);
    for (const error of errors) this.#say(error.message);
    if (!this.#collector.hasSegment) return FAILED;
    return runOutcome({
      judgement,
      failOn: this.#options.failOn,
      child: { code: 0, signal: null },
      wasEndedByUs: true,
      hasSource: true,
      hasFailed: errors.length > 0,
    });
  }

  #say(sentence: string): void {
    this.#screen.say(sentence);
  }
}

function round(ms: number): string {
  return ms.toFixed(1);
}
