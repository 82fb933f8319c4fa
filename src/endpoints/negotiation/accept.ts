/** One alternative of an Accept header. */
export interface AcceptClause {
  readonly type: string;
  readonly subtype: string;
  readonly quality: number;
  readonly parameters: ReadonlyMap<string, string>;
}

/** More alternatives than any client sends; the rest is not read. */
const maxClauses = 64;

/** Best first: by q, then the more specific, then as written. What cannot be read is left out, as in the original. */
export function parseAccept(header: string): readonly AcceptClause[] {
  return header
    .split(',', maxClauses)
    .map(parseClause)
    .filter((clause) => clause !== undefined)
    .sort((a, b) => b.quality - a.quality || wildcards(a) - wildcards(b));
}

const wildcards = ({ type, subtype }: AcceptClause): number => (type === '*' ? 2 : 0) + (subtype === '*' ? 1 : 0);

function parseClause(text: string): AcceptClause | undefined {
  const [range = '', ...settings] = text.split(';').map((part) => part.trim());
  const [type = '', subtype = type === '*' ? '*' : '', ...more] = range.split('/').map((part) => part.trim());
  if (type === '' || subtype === '' || more.length > 0) return undefined;
  const parameters = new Map<string, string>();
  let quality = 1;
  for (const setting of settings) {
    const [key = '', value, ...rest] = setting.split('=').map((part) => part.trim());
    if (value === undefined || rest.length > 0) continue;
    if (key === 'q') quality = Number.parseFloat(value) || 0;
    else parameters.set(key, value);
  }
  return { type, subtype, quality, parameters };
}
