/**
 * A server of tokio-console whose tasks all change each second: `node server.mjs TASKS`, which
 * prints its port, and then a line for each message. The message is made once; what counts is written into it each second, as
 * numbers of a width that stays. Tasks work and wait; one in a thousand wakes itself a lot.
 */
import { Server, ServerCredentials } from '@grpc/grpc-js';

const TASKS = Number(process.argv[2]);
const PATH = '/rs.tokio.console.instrument.Instrument/WatchUpdates';
/** Span ids are above 2^53 as often as not. */
const FIRST_ID = 2n ** 53n + 1n;

const varint = (value) => {
  const bytes = [];
  let rest = BigInt(value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
};
const key = (number, type) => varint((number << 3) | type);
const number = (field, value) => Buffer.concat([key(field, 0), varint(value)]);
const bytes = (field, content) => Buffer.concat([key(field, 2), varint(content.length), content]);
const text = (field, content) => bytes(field, Buffer.from(content));
/** Five bytes, whatever it holds: to be written over. */
const WIDE = 5;
const wide = (field) => Buffer.concat([key(field, 0), Buffer.from([128, 128, 128, 128, 0])]);
const wideTime = () => Buffer.concat([wide(1), wide(2)]);

function writeWide(buffer, at, value) {
  let rest = value;
  for (let i = 0; i < WIDE - 1; i += 1) {
    buffer[at + i] = (rest % 128) | 128;
    rest = Math.floor(rest / 128);
  }
  buffer[at + WIDE - 1] = rest;
}

/** Where the wide numbers of a message lie, in their order. */
function holesIn(message) {
  const holes = [];
  for (let at = message.indexOf('8080808000', 0, 'hex'); at >= 0; ) {
    holes.push(at);
    at = message.indexOf('8080808000', at + WIDE, 'hex');
  }
  return holes;
}

const stats = Buffer.concat([
  wide(3),
  number(4, 9),
  number(5, 8),
  bytes(6, wideTime()),
  bytes(
    7,
    Buffer.concat([wide(1), bytes(4, wideTime()), bytes(5, wideTime()), bytes(6, wideTime())]),
  ),
  wide(8),
  bytes(9, wideTime()),
]);
const entry = (id) => bytes(3, Buffer.concat([number(1, id), bytes(2, stats)]));
const task = (id, index) =>
  bytes(
    1,
    Buffer.concat([
      bytes(1, number(1, id)),
      bytes(4, Buffer.concat([text(1, 'kind'), text(3, 'task')])),
      bytes(4, Buffer.concat([text(1, 'task.id'), number(5, index)])),
      bytes(
        6,
        Buffer.concat([
          text(1, `src/part-${index % 100}.rs`),
          number(3, 1 + (index % 50)),
          number(4, 5),
        ]),
      ),
    ]),
  );
const ids = Array.from({ length: TASKS }, (_, index) => FIRST_ID + BigInt(index));
const entries = Buffer.concat(ids.map(entry));
const introduced = Buffer.concat(ids.map(task));
const head = bytes(1, wideTime());
const first = Buffer.concat([head, bytes(2, Buffer.concat([introduced, entries]))]);
const later = Buffer.concat([head, bytes(2, entries)]);

const duration = (seconds) => [Math.floor(seconds), Math.round((seconds % 1) * 1e9)];

/** Everything moves: polls and wakes by some tens, or by 300,000 of a task that spins. */
function write(message, holes, second, nowMs) {
  const [seconds, nanos] = [Math.floor(nowMs / 1000), (nowMs % 1000) * 1e6];
  writeWide(message, holes[0], seconds);
  writeWide(message, holes[1], nanos);
  let at = 2;
  for (let index = 0; index < TASKS; index += 1) {
    const isSpin = index % 1000 === 7;
    const polls = second * (isSpin ? 300_000 : 20 + (index % 50));
    const busy = isSpin ? 0.6 * second : 0.001 * second;
    const scheduled = isSpin ? 0.4 * second : 0.0001 * second;
    const values = [
      ...[polls, seconds, nanos],
      ...[polls, seconds, nanos, seconds, nanos, ...duration(busy)],
      ...[isSpin ? polls : 0, ...duration(scheduled)],
    ];
    for (const value of values) {
      writeWide(message, holes[at], value);
      at += 1;
    }
  }
}

const firstHoles = holesIn(first);
const laterHoles = holesIn(later);

/** Says how long each message took to be taken: a client that lags behind leaves it in our hands. */
function watchUpdates(call) {
  let second = 1;
  const send = (message, holes) => {
    const beganAt = Date.now();
    write(message, holes, second, beganAt);
    second += 1;
    const copy = Buffer.from(message);
    const sentAt = Date.now();
    call.write(copy, () =>
      console.log(JSON.stringify({ takenMs: Date.now() - sentAt, bytes: copy.length })),
    );
  };
  send(first, firstHoles);
  const timer = setInterval(() => send(later, laterHoles), 1000);
  call.on('cancelled', () => clearInterval(timer));
}

const plain = (value) => value;
const server = new Server({ 'grpc.max_send_message_length': -1 });
server.addService(
  {
    WatchUpdates: {
      path: PATH,
      requestStream: false,
      responseStream: true,
      requestSerialize: plain,
      requestDeserialize: plain,
      responseSerialize: plain,
      responseDeserialize: plain,
    },
  },
  { WatchUpdates: watchUpdates },
);
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  console.log(port);
});
