import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../base/clock.ts';
import { answerHeaders } from './forwarded-headers.ts';

/** How long a refusal may take to be passed on. */
const refusalMs = 10_000;

/** Passes on the answer of somebody who would not go on in another protocol, and closes the connection behind it. */
export function passRefusal(answer: IncomingMessage, client: Duplex, clock: Clock): void {
  let head = `HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\n`;
  for (const [name, values] of Object.entries(answerHeaders(answer.rawHeaders))) {
    for (const value of values) head += `${name}: ${value}\r\n`;
  }
  client.write(Buffer.from(`${head}connection: close\r\n\r\n`, 'latin1'));
  const close = (): void => {
    cancel();
    answer.destroy();
    client.destroy();
  };
  const cancel = clock.after(refusalMs, close);
  client.on('error', close);
  answer.on('error', close);
  client.once('finish', close);
  answer.pipe(client);
}
