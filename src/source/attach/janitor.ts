/**
 * A process of its own that waits beside an attachment, and takes everything out of the program
 * when whoever attached is killed: also where the program is starved, so that nothing in it
 * could. It hears of the end by its stdin, which closes with the other side.
 */
import { ATTACHED_EXPRESSION, end, leave } from './agent-script.ts';
import { CdpConnection } from './cdp-connection.ts';
import type { JanitorTask } from './start-janitor.ts';

let said = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk: string) => {
  said += chunk;
});
process.stdin.on('end', () => {
  const [task, word] = said.split('\n');
  // A second word: it left in good order.
  if (task !== undefined && word === '') void clean(JSON.parse(task) as JanitorTask);
});

async function clean({ url, holder, isOpenedByUs }: JanitorTask): Promise<void> {
  try {
    const connection = await CdpConnection.open(url, ATTACHED_EXPRESSION);
    await end(connection, await leave(connection, holder, isOpenedByUs));
  } catch {
    // The program is gone, and with it all that was in it.
  }
}
