import { describe, expect, it } from 'vitest';
import { runBlocks } from './readme-blocks.ts';

const page = `# Title

\`\`\`ts
not run
\`\`\`

\`\`\`ts run exit=1
console.log('a'); //> a
//> and b
\`\`\`

\`\`\`ts run with=vitest
test();
\`\`\`
`;

describe('runBlocks', () => {
  it('takes the blocks that say so, with their options and what they print', () => {
    expect(runBlocks(page)).toEqual([
      {
        line: 7,
        code: "console.log('a'); //> a\n//> and b\n",
        exitCode: 1,
        isTest: false,
        prints: ['a', 'and b'],
      },
      { line: 12, code: 'test();\n', exitCode: 0, isTest: true, prints: [] },
    ]);
  });

  it('refuses an option that it does not know', () => {
    expect(() => runBlocks('```ts run exit=x\n```\n')).toThrow('Line 1: "exit=x"');
  });
});
