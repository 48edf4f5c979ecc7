import { describe, expect, it } from 'vitest';
import { RecordingReader, readRecording } from '../../src/ledger/read-recording.ts';
import { SelfwakeError } from '../../src/model/errors.ts';
import { RECORDING_SCHEMA_VERSION } from '../../src/model/recording.ts';
import { writeLine } from '../../src/model/write-line.ts';
import { GOLDEN_LINES, GOLDEN_SUSPICIONS } from '../model/golden-lines.ts';

const text = GOLDEN_LINES.map(writeLine).join('');

/** The same text in chunks of a fixed size. */
function* chunksOf(whole: string, size: number): Generator<string> {
  for (let at = 0; at < whole.length; at += size) yield whole.slice(at, at + size);
}

async function codeOf(whole: string): Promise<string> {
  const error: unknown = await readRecording([whole]).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(SelfwakeError);
  return (error as SelfwakeError).code;
}

describe('readRecording', () => {
  it('reads what was written, however the text is cut into chunks', async () => {
    const whole = await readRecording([text]);
    expect(whole.isTruncated).toBe(false);
    expect(whole.toolVersion).toBe('0.1.0');
    expect(whole.segments[0]?.suspicions.size).toBe(GOLDEN_SUSPICIONS);
    for (const size of [1, 7, 100, 4096]) {
      expect(await readRecording(chunksOf(text, size))).toEqual(whole);
    }
  });

  it('reads a cut recording up to its last whole line', async () => {
    const headerEnd = text.indexOf('\n') + 1;
    for (let length = headerEnd; length < text.length - 1; length += 13) {
      if (text[length] === '\n') continue;
      const cut = text.slice(0, length);
      const wholeLines = cut.slice(0, cut.lastIndexOf('\n') + 1);
      const recording = await readRecording([cut]);
      expect(recording.isTruncated, `cut at ${length}`).toBe(true);
      expect(recording.segments).toEqual((await readRecording([wholeLines])).segments);
    }
  });

  it('takes a whole last line without its newline', async () => {
    expect((await readRecording([text.trimEnd()])).isTruncated).toBe(false);
  });

  it('takes Windows line ends and blank lines', async () => {
    const odd = text.replaceAll('\n', '\r\n\r\n');
    expect(await readRecording([odd])).toEqual(await readRecording([text]));
  });

  it('counts line types that it does not know', () => {
    const reader = new RecordingReader();
    reader.push(text);
    reader.push('{"type":"heap","segment":"main"}\n');
    expect(reader.finish().isTruncated).toBe(false);
    expect(reader.ignoredLines).toBe(1);
  });

  it.each([
    ['nothing', ''],
    ['blank lines', '\n\n'],
    ['a half header', '{"type":"head'],
    ['a picture', '\u0089PNG\r\n\u001a\n\u0000\u0000'],
    ['a package.json', '{\n  "name": "x"\n}\n'],
    ['other JSON lines', '{"type":"log"}\n{"type":"log"}\n'],
    ['null', 'null\n'],
  ])('refuses %s', async (_name, whole) => {
    expect(await codeOf(whole)).toBe('recording-unrecognized');
  });

  it('refuses a recording of a future version, whatever else it holds', async () => {
    const header = { type: 'header', schemaVersion: RECORDING_SCHEMA_VERSION + 1 };
    expect(await codeOf(`${JSON.stringify(header)}\n{"type":0}\n`)).toBe('recording-too-new');
  });

  it('names the line in the middle that is damaged', async () => {
    const [header, second, ...rest] = text.split('\n');
    const damaged = [header, second?.slice(0, 20), ...rest].join('\n');
    await expect(readRecording([damaged])).rejects.toThrow(/damaged at line 2\. .*no JSON/);
    const odd = [header, '{"type":"end","segment":7}', ...rest].join('\n');
    await expect(readRecording([odd])).rejects.toThrow(
      /damaged at line 2\. .*'segment' is no string/,
    );
  });
});

describe('writeLine', () => {
  it('keeps a line whose figures JSON cannot hold', async () => {
    const reader = new RecordingReader();
    reader.push(text);
    const blind = { need: 'reads', why: 'x' } as const;
    expect(writeLine({ type: 'blind', segment: 'main', blind })).toMatch(/\}\n$/);
    const last = GOLDEN_LINES.find((line) => line.type === 'suspicion');
    if (last?.type !== 'suspicion' || last.suspicion.kind !== 'self-wake') throw new Error('gone');
    const suspicion = { ...last.suspicion, at: 9e9, meanPollNs: NaN };
    reader.push(writeLine({ ...last, suspicion }));
    expect(reader.finish().segments[0]?.suspicions.get(suspicion.id)).toMatchObject({
      meanPollNs: 0,
    });
  });
});
