/** Where something stands in an expression: lines from 1, columns in code points from 0. */
export interface Location {
  readonly line: number;
  readonly column: number;
}

/** What concerns the expression as a whole. Shown as `-1:0`, as cel-go does. */
export const nowhere: Location = { line: -1, column: -1 };

/** Longer lines are not shown under an error. */
const maxSnippetBytes = 16_384;

/** The text of an expression, and where its lines begin. Offsets are JavaScript's. */
export class Source {
  readonly text: string;
  readonly #lineStarts: readonly number[];

  constructor(text: string) {
    this.text = text;
    const starts = [0];
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#lineStarts = starts;
  }

  locate(offset: number): Location {
    if (this.text === '') return { line: 1, column: -1 };
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: codePoints(this.text.slice(this.#lineStarts[low], offset)) };
  }

  /** The line and a caret under the column, as cel-go draws them: wide for characters that take more than one byte. */
  snippet({ line, column }: Location): string {
    const start = this.#lineStarts[line - 1];
    if (start === undefined || column < 0) return '';
    const next = this.#lineStarts[line];
    const text = this.text.slice(start, next === undefined ? undefined : next - 1).replaceAll('\t', ' ');
    if (text.length > maxSnippetBytes || Buffer.byteLength(text) > maxSnippetBytes) return '';
    const chars = Array.from(text);
    const dots = chars.slice(0, column).map((char) => (isWide(char) ? '\uff0e' : '.'));
    const caret = isWide(chars[column] ?? '') ? '\uff3e' : '^';
    return `\n | ${text}\n | ${dots.join('')}${caret}`;
  }
}

const isWide = (char: string): boolean => (char.codePointAt(0) ?? 0) > 0x7f;

const surrogates = /[\ud800-\udfff]/;

/** How many code points a text has: what CEL calls its size. */
export function codePoints(text: string): number {
  if (!surrogates.test(text)) return text.length;
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const pair = code >= 0xd800 && code < 0xdc00 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
    if (pair) at++;
    count++;
  }
  return count;
}
