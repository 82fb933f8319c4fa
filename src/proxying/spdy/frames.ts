/** SPDY/3.1, as far as kubelets and their clients speak it: no flow control, no pushed streams, no settings. */
export const frameHeadBytes = 8;

export const controlTypes = {
  synStream: 1,
  synReply: 2,
  rstStream: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  headers: 8,
  windowUpdate: 9,
} as const;

/** Nothing more follows on the stream. */
export const finFlag = 1;

const version = 3;

export type StreamHeaders = Readonly<Record<string, string>>;

function control(type: number, flags: number, body: Buffer): Buffer {
  const head = Buffer.alloc(frameHeadBytes);
  head.writeUInt16BE(0x8000 | version, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt32BE((flags << 24) | body.length, 4);
  return Buffer.concat([head, body]);
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index);
  return bytes;
}

/** `block`: of the headers, compressed. Streams have the highest priority. */
export const synStreamFrame = (streamId: number, block: Buffer): Buffer =>
  control(controlTypes.synStream, 0, Buffer.concat([words(streamId, 0), Buffer.alloc(2), block]));

export const synReplyFrame = (streamId: number, block: Buffer): Buffer =>
  control(controlTypes.synReply, 0, Buffer.concat([words(streamId), block]));

/** `status` 5: cancelled. */
export const rstStreamFrame = (streamId: number, status: number): Buffer =>
  control(controlTypes.rstStream, 0, words(streamId, status));

export const pingFrame = (id: number): Buffer => control(controlTypes.ping, 0, words(id));

export const goAwayFrame = (lastStreamId: number): Buffer => control(controlTypes.goAway, 0, words(lastStreamId, 0));

/** What stands before `length` bytes of a stream. */
export function dataHead(streamId: number, length: number, fin: boolean): Buffer {
  const head = Buffer.alloc(frameHeadBytes);
  head.writeUInt32BE(streamId, 0);
  head.writeUInt32BE(((fin ? finFlag : 0) << 24) | length, 4);
  return head;
}

/** Names in lower case and values, each with its length. */
export function headerBlock(headers: StreamHeaders): Buffer {
  const pairs = Object.entries(headers);
  const text = (value: string): Buffer[] => [words(Buffer.byteLength(value)), Buffer.from(value)];
  return Buffer.concat([
    words(pairs.length),
    ...pairs.flatMap(([name, value]) => [...text(name.toLowerCase()), ...text(value)]),
  ]);
}
