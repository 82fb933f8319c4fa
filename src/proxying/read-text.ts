import type { IncomingMessage } from 'node:http';

/** The beginning of an answer's body, `maxBytes` at most; the rest is not read. Never rejects: what came counts. */
export async function readText(answer: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= maxBytes) break;
    }
  } catch {
    // Cut in the middle: it said what it said.
  }
  answer.destroy();
  return Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8');
}
