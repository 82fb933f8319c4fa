import { Transform, type TransformCallback } from 'node:stream';

/** The attributes of each element that are links. */
const linkAttributes: Readonly<Record<string, readonly string[]>> = {
  a: ['href'],
  applet: ['codebase'],
  area: ['href'],
  audio: ['src'],
  base: ['href'],
  blockquote: ['cite'],
  body: ['background'],
  button: ['formaction'],
  command: ['icon'],
  del: ['cite'],
  embed: ['src'],
  form: ['action'],
  frame: ['longdesc', 'src'],
  head: ['profile'],
  html: ['manifest'],
  iframe: ['longdesc', 'src'],
  img: ['longdesc', 'src', 'usemap'],
  input: ['src', 'usemap', 'formaction'],
  ins: ['cite'],
  link: ['href'],
  object: ['classid', 'codebase', 'data', 'usemap'],
  q: ['cite'],
  script: ['src'],
  source: ['src'],
  video: ['poster', 'src'],
};

/** Elements whose content is text up to their end tag, whatever it looks like. */
const rawText = new Set(['iframe', 'noembed', 'noframes', 'script', 'style', 'textarea', 'title', 'xmp']);

/** A tag that is longer goes on as it is. */
const maxTagLength = 64 * 1024;

const isSpace = (char: string | undefined): boolean =>
  char === ' ' || char === '\n' || char === '\t' || char === '\r' || char === '\f';

/**
 * HTML, of which the links are rewritten and everything else stays as it is, byte for byte. Holds no more than the tag that is
 * being read.
 */
export class HtmlLinks extends Transform {
  readonly #rewrite: (link: string) => string;
  /** Characters are bytes. */
  #rest = '';
  /** What ends the text that is being read: `-->`, `>`, `</script`. '': markup is. */
  #until = '';

  constructor(rewrite: (link: string) => string) {
    super();
    this.#rewrite = rewrite;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#rest += chunk.toString('latin1');
    done(null, Buffer.from(this.#read(false), 'latin1'));
  }

  override _flush(done: TransformCallback): void {
    done(null, Buffer.from(this.#read(true), 'latin1'));
  }

  /** Takes what can be read of the rest. `all`: nothing more comes. */
  #read(all: boolean): string {
    let read = '';
    let at = 0;
    const text = this.#rest;
    while (at < text.length) {
      const next = this.#until === '' ? this.#markup(text, at, all) : this.#textUntil(text, at, all);
      if (next === undefined) break;
      read += next.written ?? text.slice(at, next.end);
      at = next.end;
    }
    this.#rest = text.slice(at);
    return read;
  }

  #textUntil(text: string, at: number, all: boolean): Step | undefined {
    const until = this.#until;
    // The end tag of a raw text is found in any case.
    const found = until.startsWith('</') ? indexOfTag(text, until, at) : text.indexOf(until, at);
    if (found !== -1) {
      this.#until = '';
      return { end: until.startsWith('</') ? found : found + until.length };
    }
    const end = all ? text.length : text.length - until.length + 1;
    return end > at ? { end } : undefined;
  }

  #markup(text: string, at: number, all: boolean): Step | undefined {
    if (text[at] !== '<') {
      const found = text.indexOf('<', at);
      return { end: found === -1 ? text.length : found };
    }
    if (text.length - at < 4 && !all) return undefined;
    if (text.startsWith('<!--', at)) {
      this.#until = '-->';
      return { end: at + 4 };
    }
    const next = text[at + 1] ?? '';
    if (next === '!' || next === '?' || next === '/') {
      this.#until = '>';
      return { end: at + 2 };
    }
    if (!/[A-Za-z]/.test(next)) return { end: at + 1 };
    const tag = readTag(text, at, this.#rewrite);
    if (tag === undefined) return all || text.length - at > maxTagLength ? { end: at + 1 } : undefined;
    if (rawText.has(tag.name)) this.#until = `</${tag.name}`;
    return tag;
  }
}

interface Step {
  readonly end: number;
  /** In its place; absent: it stays. */
  readonly written?: string;
}

function indexOfTag(text: string, tag: string, from: number): number {
  for (let at = text.indexOf('</', from); at !== -1; at = text.indexOf('</', at + 2)) {
    if (text.slice(at, at + tag.length).toLowerCase() === tag) return at;
  }
  return -1;
}

/** A whole start tag at `start`; undefined: it does not end. */
function readTag(
  text: string,
  start: number,
  rewrite: (link: string) => string,
): (Step & { readonly name: string; readonly written: string }) | undefined {
  let at = start + 1;
  while (at < text.length && !isSpace(text[at]) && text[at] !== '>' && text[at] !== '/') at++;
  const name = text.slice(start + 1, at).toLowerCase();
  const links = Object.hasOwn(linkAttributes, name) ? (linkAttributes[name] ?? []) : [];
  let written = text.slice(start, at);
  while (at < text.length) {
    const char = text[at] ?? '';
    if (char === '>') return { name, end: at + 1, written: `${written}>` };
    if (isSpace(char) || char === '/') {
      written += char;
      at++;
      continue;
    }
    const attribute = readAttribute(text, at);
    if (attribute === undefined) return undefined;
    const { end, value, nameEnd, valueStart } = attribute;
    const isLink = value !== undefined && links.includes(text.slice(at, nameEnd).toLowerCase());
    const link = isLink ? rewrite(value.trim()) : '';
    written +=
      isLink && link !== value.trim()
        ? `${text.slice(at, valueStart)}"${link.replaceAll('"', '&#34;')}"`
        : text.slice(at, end);
    at = end;
  }
  return undefined;
}

interface Attribute {
  readonly nameEnd: number;
  /** Of its quote, if it has one. */
  readonly valueStart: number;
  readonly value: string | undefined;
  readonly end: number;
}

/** undefined: it does not end. */
function readAttribute(text: string, start: number): Attribute | undefined {
  let at = start + 1;
  while (at < text.length && !isSpace(text[at]) && !'=>/'.includes(text[at] ?? '')) at++;
  const nameEnd = at;
  while (isSpace(text[at])) at++;
  if (text[at] !== '=')
    return at < text.length ? { nameEnd, valueStart: nameEnd, value: undefined, end: nameEnd } : undefined;
  at++;
  while (isSpace(text[at])) at++;
  const quote = text[at];
  if (quote === undefined) return undefined;
  const valueStart = at;
  if (quote === '"' || quote === "'") {
    const end = text.indexOf(quote, at + 1);
    return end === -1 ? undefined : { nameEnd, valueStart, value: text.slice(at + 1, end), end: end + 1 };
  }
  while (at < text.length && !isSpace(text[at]) && text[at] !== '>') at++;
  return at < text.length ? { nameEnd, valueStart, value: text.slice(valueStart, at), end: at } : undefined;
}
