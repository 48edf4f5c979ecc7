// Says that its one task wakes itself, then runs on until it is ended, or for argv[2] ms.
import { HandMadeSource, register } from './hand-made-source.mjs';

const source = new HandMadeSource();
const link = register(source);
source.polls = 5000;
source.selfWakeSuspicion(5000, {
  file: 'test/session/programs/self-waking.mjs',
  line: 7,
  column: 1,
  functionName: 'Inner.poll',
});
link?.flush();
process.stdout.write('program output\n');
setTimeout(() => {}, Number(process.argv[2] ?? 60_000));
