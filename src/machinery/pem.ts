/** One block of PEM. */
export interface PemBlock {
  readonly type: string;
  /** Whether there are lines like `Proc-Type: 4,ENCRYPTED` in it. */
  readonly hasHeaders: boolean;
  readonly bytes: Buffer;
  /** As it was written, from its first dash to its last. */
  readonly text: string;
}

const beginMark = '-----BEGIN ';
const endMark = '-----END ';

/** The blocks of PEM in a text, as Go's encoding/pem finds them: what is between them, or is none, is passed over. */
export function* pemBlocks(text: string): Generator<PemBlock> {
  let rest = text;
  for (;;) {
    const end = rest.indexOf(`\n${endMark}`);
    if (end === -1) return;
    const begin = rest.lastIndexOf(beginMark, end);
    const afterEnd = end + 1 + endMark.length;
    if (begin === -1 || (begin > 0 && rest[begin - 1] !== '\n')) {
      rest = rest.slice(afterEnd);
      continue;
    }
    const lineEnd = rest.indexOf('\n', afterEnd);
    const stop = lineEnd === -1 ? rest.length : lineEnd;
    const block = blockOf(rest.slice(begin, end), rest.slice(afterEnd, stop));
    if (block === undefined) rest = rest.slice(afterEnd);
    else {
      yield { ...block, text: rest.slice(begin, stop).trimEnd() };
      rest = rest.slice(stop + 1);
    }
  }
}

/** `upper`: from `-----BEGIN ` to the line before the end; `trailer`: what the line of the end has behind its mark. */
function blockOf(upper: string, trailer: string): Omit<PemBlock, 'text'> | undefined {
  const [first = '', ...lines] = upper.split('\n');
  const opening = first.trimEnd();
  if (!opening.endsWith('-----')) return undefined;
  const type = opening.slice(beginMark.length, -'-----'.length);
  if (trailer.trimEnd() !== `${type}-----`) return undefined;
  const firstOfBody = lines.findIndex((line) => !line.includes(':'));
  const headers = firstOfBody === -1 ? lines.length : firstOfBody;
  const body = lines
    .slice(headers)
    .join('')
    .replace(/[ \t\r]/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(body)) return undefined;
  return { type, hasHeaders: headers > 0, bytes: Buffer.from(body, 'base64') };
}
