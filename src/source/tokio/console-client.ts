/**
 * The client's side of tokio-console: one stream of updates from one server, over gRPC without
 * encryption. Whether to connect again is the caller's to decide.
 */
import { SelfwakeError } from '../../model/errors.ts';
import { loadConsoleCodec, type ConsoleCodec, type Update } from './console-messages.ts';
import { commonJs, ourPart } from './optional-parts.ts';

const WATCH_UPDATES = '/rs.tokio.console.instrument.Instrument/WatchUpdates';

/** gRPC's codes that say more than that the stream ended. */
const UNIMPLEMENTED = 12;
const CANCELLED = 1;

export interface ConsoleStream {
  updates: AsyncIterable<Update>;
  codec: ConsoleCodec;
  close(): void;
}

/**
 * Begins at once; the iteration throws when the server is none, goes away, or talks nonsense.
 *
 * @throws {SelfwakeError} `console-lost` when there is no connection (any more), `console-foreign`
 * when what answers is no tokio-console.
 */
export async function watchUpdates(target: string): Promise<ConsoleStream> {
  const codec = await loadConsoleCodec();
  const { Client, credentials } = await ourPart(async () =>
    commonJs(await import('@grpc/grpc-js')),
  );
  const client = new Client(target, credentials.createInsecure(), {
    // Updates have no bound but the first, which the server keeps below 4 MiB.
    'grpc.max_receive_message_length': -1,
    'grpc.enable_retries': 0,
  });
  const call = client.makeServerStreamRequest(
    WATCH_UPDATES,
    () => Buffer.alloc(0),
    (bytes: Buffer) => bytes,
    {},
  );
  async function* updates(): AsyncGenerator<Update> {
    try {
      for await (const bytes of call as AsyncIterable<Buffer>) yield decoded(codec, bytes, target);
    } catch (cause) {
      throw lost(target, cause);
    }
    throw lost(target, null);
  }
  const close = (): void => {
    call.cancel();
    client.close();
  };
  return { updates: updates(), codec, close };
}

function decoded(codec: ConsoleCodec, bytes: Buffer, target: string): Update {
  let update: Update | null = null;
  let cause: unknown = null;
  try {
    update = codec.decodeUpdate(bytes);
  } catch (error) {
    cause = error;
  }
  // Each update says when it was made.
  if (update === null || update.now === null)
    throw foreign(target, 'it sent what is no update', cause);
  return update;
}

function lost(target: string, cause: unknown): SelfwakeError {
  if (cause instanceof SelfwakeError) return cause;
  const { code, details } = (cause ?? {}) as { code?: number; details?: string };
  if (code === UNIMPLEMENTED) return foreign(target, 'it serves gRPC, but no console', cause);
  const said = details ?? (cause instanceof Error ? cause.message : '');
  if (/^Received HTTP status|Protocol error|ERR_HTTP2/.test(said)) {
    return foreign(target, 'it does not speak gRPC', cause);
  }
  const why = cause === null || code === CANCELLED ? 'the stream ended' : said;
  return new SelfwakeError('console-lost', `No connection to ${target}: ${why}.`, { cause });
}

function foreign(target: string, why: string, cause: unknown): SelfwakeError {
  return new SelfwakeError(
    'console-foreign',
    `${target} is no tokio-console: ${why}. Give the address that console-subscriber serves (TOKIO_CONSOLE_BIND).`,
    { cause },
  );
}
