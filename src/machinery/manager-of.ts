import { isPrintable } from './go-quote.ts';
import type { RequestFacts } from './request-context.ts';

/** As long as a manager's name may be, in bytes. */
const maxManagerBytes = 128;

/** By which name a request manages fields: the one that it gives, else what its client calls itself, without the version. */
export const managerOf = ({ fieldManager, userAgent }: Pick<RequestFacts, 'fieldManager' | 'userAgent'>): string =>
  fieldManager !== '' ? fieldManager : programOf(userAgent);

/** Up to the first slash, what can be printed of it, at most 128 bytes. */
function programOf(userAgent: string): string {
  const slash = userAgent.indexOf('/');
  // Node reads headers as Latin-1.
  const program = Buffer.from(slash < 0 ? userAgent : userAgent.slice(0, slash), 'latin1').toString('utf8');
  let name = '';
  let bytes = 0;
  for (const char of program) {
    if (!isPrintable(char)) continue;
    bytes += Buffer.byteLength(char);
    if (bytes > maxManagerBytes) break;
    name += char;
  }
  return name;
}
