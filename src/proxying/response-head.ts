import type { IncomingMessage } from 'node:http';

/** The first line and the headers of an answer, as they came. Node has bytes as characters in them. */
export function responseHead({ statusCode, statusMessage, rawHeaders }: IncomingMessage): Buffer {
  let head = `HTTP/1.1 ${statusCode} ${statusMessage}\r\n`;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    head += `${rawHeaders[index]}: ${rawHeaders[index + 1]}\r\n`;
  }
  return Buffer.from(`${head}\r\n`, 'latin1');
}
