import { describe, expect, it } from 'vitest';
import { isNews, WireNews } from '../../src/trace/wire-news.ts';

function freshOf(messages: readonly unknown[]): number {
  const news = new WireNews();
  for (const message of messages) news.add(message);
  return news.fresh;
}

describe('messages', () => {
  it.each<[string, unknown[], number]>([
    ['the same bytes', [new Uint8Array([1, 2]), new Uint8Array([1, 2])], 1],
    ['the same text, as bytes once', ['{}', new TextEncoder().encode('{}')], 1],
    ['other bytes', [new Uint8Array([1, 2]), new Uint8Array([1, 3])], 2],
    ['a number that goes on', ['{"id":1}', '{"id":2}'], 2],
    ['an id made anew', ['x 7f3a9c0e51d24b68 y', 'x 19bb40d7c8e2f653 y'], 1],
    ['a UUID', ['3f2504e0-4f89-41d3-9a0c-0305e82c3301', '1b4e28ba-2fa1-11d2-883f-0016d3cca427'], 1],
    ['an instant', ['at 1732492800123', 'at 1732492801456'], 1],
    ['a date', ['"2026-01-02T03:04:05.678Z"', '"2026-01-02T03:04:06.001Z"'], 1],
    [
      'headers of an answer',
      [
        'HTTP/1.1 200 OK\r\nDate: Mon\r\n\r\n[]',
        'HTTP/1.1 200 OK\r\nDate: Tue\r\nX-Id: 4\r\n\r\n[]',
      ],
      1,
    ],
    ['the body of an answer', ['HTTP/1.1 200 OK\r\n\r\n[1]', 'HTTP/1.1 200 OK\r\n\r\n[2]'], 2],
    ['a status', ['HTTP/1.1 200 OK\r\n\r\n', 'HTTP/1.1 503 Busy\r\n\r\n'], 2],
    ['what is asked for', ['GET /a HTTP/1.1\r\n\r\n', 'GET /b HTTP/1.1\r\n\r\n'], 2],
    ['a cache buster', ['GET /?t=1732492800123 HTTP/1.1', 'GET /?t=1732492800124 HTTP/1.1'], 1],
  ])('%s', (_what, messages, fresh) => {
    expect(freshOf(messages)).toBe(fresh);
  });

  it('are bytes or text', () => {
    const news = new WireNews();
    for (const nothing of [null, undefined, 7, {}]) news.add(nothing);
    expect(news.count).toBe(0);
  });
});

describe('news', () => {
  const none = { count: 0, fresh: 0 };
  it.each<[string, number, number, boolean]>([
    ['most are new', 10, 6, true],
    ['half are new', 10, 5, false],
    ['too few to tell', 2, 2, false],
    ['enough to tell', 3, 3, true],
    ['nothing came', 0, 0, false],
  ])('%s', (_what, count, fresh, answer) => {
    expect(isNews({ sent: none, received: { count, fresh } })).toBe(answer);
    expect(isNews({ received: none, sent: { count, fresh } })).toBe(answer);
  });
});
