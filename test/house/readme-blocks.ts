/** A fenced block of a page that is code which runs: ```` ```ts run ```` and its options. */
export interface RunBlock {
  /** Where the fence is, from 1. */
  line: number;
  code: string;
  /** `exit=N` in the fence; 0 if it says nothing. */
  exitCode: number;
  /** `with=vitest` in the fence: the block is a test file, else a program. */
  isTest: boolean;
  /** The lines that it must print in this order, written in the code as `//> text`. */
  prints: string[];
}

const fence = /^```ts run\b(?<options>[^\n]*)\n(?<code>[\s\S]*?)^```$/gm;

/** The blocks to run, in order. An option that is none throws: it would be a check not made. */
export function runBlocks(page: string): RunBlock[] {
  return [...page.matchAll(fence)].map((match) => {
    const { options = '', code = '' } = match.groups ?? {};
    const block: RunBlock = {
      line: page.slice(0, match.index).split('\n').length,
      code,
      exitCode: 0,
      isTest: false,
      prints: [...code.matchAll(/\/\/> (.*)$/gm)].map(([, text = '']) => text.trim()),
    };
    for (const option of options.trim().split(/\s+/).filter(Boolean)) {
      const exit = /^exit=(\d+)$/.exec(option);
      if (exit) block.exitCode = Number(exit[1]);
      else if (option === 'with=vitest') block.isTest = true;
      else throw new Error(`Line ${block.line}: "${option}" is no option of a block that runs.`);
    }
    return block;
  });
}
