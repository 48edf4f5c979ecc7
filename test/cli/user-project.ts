import { join } from 'node:path';
import { root } from '../house/repository-files.ts';
import { EmptyProject } from '../package/empty-project.ts';
import type { Outcome, ProgramOptions, RunningProgram } from '../package/running-program.ts';

/** How long a spin goes on when nobody ends it: a bound for the tests, which never wait for it. */
const PATIENCE_MS = 20_000;

const PROGRAMS = {
  /** Wakes itself for ever; its event loop still turns. */
  'spin.mjs': `
    import { Executor, Poll } from 'selfwake';
    class ImpatientReader {
      poll(cx) {
        cx.waker.wakeByRef();
        return Poll.Pending;
      }
    }
    console.log('started');
    setTimeout(() => process.exit(99), ${PATIENCE_MS});
    await new Executor().blockOn(new ImpatientReader());
  `,
  /** Never comes back from one poll. */
  'stuck.mjs': `
    import { Executor, pollFn } from 'selfwake';
    console.log('started');
    const end = Date.now() + ${PATIENCE_MS};
    const wait = () => {
      while (Date.now() < end);
      process.exit(99);
    };
    await new Executor().blockOn(pollFn(wait, 'stuck'));
  `,
  /** Spins for long enough to be found, then ends by itself with the code of its argument. */
  'brief-spin.mjs': `
    import { Executor, Poll } from 'selfwake';
    let polls = 0;
    class ImpatientReader {
      poll(cx) {
        polls += 1;
        cx.waker.wakeByRef();
        return Poll.Pending;
      }
    }
    void new Executor().spawn(new ImpatientReader());
    setInterval(() => { if (polls > 20_000) process.exit(Number(process.argv[2] ?? 0)); }, 200);
  `,
  /** Polls once more what was Ready: a warning, not an error. */
  'poll-after-ready.mjs': `
    import { Executor, pollFn, ready } from 'selfwake';
    const answer = ready(42);
    const executor = new Executor();
    await executor.blockOn(pollFn((cx) => answer.poll(cx)));
    await executor.blockOn(pollFn((cx) => answer.poll(cx))).catch(() => {});
  `,
  /** Waits for ten timers, prints its arguments, ends with the code in CODE. */
  'healthy.mjs': `
    import { Executor, Poll } from 'selfwake';
    class Patient {
      polls = 0;
      poll(cx) {
        if (++this.polls > 10) return Poll.Ready(undefined);
        const waker = cx.waker.clone();
        setTimeout(() => waker.wake(), 2);
        return Poll.Pending;
      }
    }
    await new Executor().blockOn(new Patient());
    console.log(JSON.stringify(process.argv.slice(2)));
    process.exitCode = Number(process.env.CODE ?? 0);
  `,
  /** Sleeps for long; has started once selfwake has had the time to hear of it. */
  'waiting.mjs': `
    import { Executor, sleep } from 'selfwake';
    const executor = new Executor();
    await executor.blockOn(sleep(600));
    console.log('started');
    await executor.blockOn(sleep(${PATIENCE_MS}));
  `,
  /** The same; tells how often it heard a Ctrl-C, and ends by itself then. */
  'counts.mjs': `
    let n = 0;
    const end = () => { console.log('heard ' + n); process.exit(4); };
    process.on('SIGINT', () => { n += 1; setTimeout(end, 500); });
    await import('./waiting.mjs');
  `,
} as const;

/** A folder with small programs that use the built package, and the command line in it. */
export class UserProject extends EmptyProject {
  constructor() {
    super();
    this.lend('selfwake', '.');
    for (const [name, text] of Object.entries(PROGRAMS)) this.write(name, text);
  }

  selfwake(...args: string[]): Promise<Outcome> {
    return this.startSelfwake(args).ended;
  }

  startSelfwake(
    args: readonly string[],
    options: Omit<ProgramOptions, 'cwd'> = {},
  ): RunningProgram {
    const [node, ...rest] = this.selfwakeCommand(...args);
    return this.start(node, rest, options);
  }

  selfwakeCommand(...args: string[]): [node: string, ...args: string[]] {
    return [process.execPath, join(root, 'bin/selfwake.js'), ...args];
  }
}

/** The findings' headlines that a screen shows, in order. */
export function headlines(screen: string): string[] {
  return screen.split('\n').filter((line) => /^(error|warning|note) {2}\S/.test(line));
}
