/** A time that cannot be read. The message is the one of Go's time.Parse. */
export class TimeError extends Error {
  override readonly name = 'TimeError';
}

/** The time that Go holds where none is set, in either form; Kubernetes reads and writes it as null. */
export const isZeroTime = (canonical: string): boolean =>
  canonical === '0001-01-01T00:00:00Z' || canonical === '0001-01-01T00:00:00.000000Z';

const seconds = '2006-01-02T15:04:05Z07:00';
const micros = '2006-01-02T15:04:05.000000Z07:00';

/** metav1.Time as it is stored: UTC, whole seconds. Reads RFC 3339, drops fractions. @throws {TimeError} */
export const canonicalTime = (text: string): string => new TimeReader(text, seconds).read();

/** metav1.MicroTime as it is stored: UTC, exactly six digits of a second, which it also demands. @throws {TimeError} */
export const canonicalMicroTime = (text: string): string => new TimeReader(text, micros).read();

/** How the server writes a metav1.Time of its own. `ms`: since the epoch. */
export const timeText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** How the server writes a metav1.MicroTime of its own. */
export const microTimeText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 23)}000Z`;

/** What is usual needs no reading part by part: this is already canonical but for its ranges. */
const usual = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})Z$/;

class TimeReader {
  readonly #text: string;
  readonly #layout: string;
  #rest: string;

  constructor(text: string, layout: string) {
    this.#text = text;
    this.#layout = layout;
    this.#rest = text;
  }

  read(): string {
    if (this.#layout === seconds && usual.test(this.#text) && isReal(this.#text)) return this.#text;
    const year = this.#digits(4, 4, '2006');
    this.#literal('-');
    const month = this.#ranged(2, '01', 1, 12, 'month');
    this.#literal('-');
    const day = this.#digits(2, 2, '02');
    this.#literal('T');
    const hour = this.#ranged(1, '15', 0, 23, 'hour');
    this.#literal(':');
    const minute = this.#ranged(2, '04', 0, 59, 'minute');
    this.#literal(':');
    const second = this.#ranged(2, '05', 0, 59, 'second');
    const micro = this.#fraction();
    const offset = this.#zone();
    if (this.#rest !== '') throw this.#error(`: extra text: ${quote(this.#rest)}`);
    if (day < 1 || day > daysIn(year, month)) throw this.#outOfRange('day');

    const date = new Date(0);
    date.setUTCFullYear(year, month - 1, day);
    date.setUTCHours(hour, minute - offset, second);
    const text = date.toISOString().replace(/\.\d{3}Z$/, '');
    // Years that an offset has pushed out of four digits are written with a sign, which no reader of RFC 3339 takes.
    if (text.length !== 19) throw this.#outOfRange('year');
    return `${text}${this.#layout === micros ? `.${micro}` : ''}Z`;
  }

  /** As many digits as there are, at least `min` and at most `max`. */
  #digits(min: number, max: number, layout: string): number {
    let length = 0;
    while (length < max && isDigit(this.#rest.charCodeAt(length))) length++;
    if (length < min) throw this.#cannot(layout);
    return Number(this.#take(length));
  }

  #ranged(min: number, layout: string, low: number, high: number, what: string): number {
    const value = this.#digits(min, 2, layout);
    if (value < low || value > high) throw this.#outOfRange(what);
    return value;
  }

  #literal(char: string): void {
    if (!this.#rest.startsWith(char)) throw this.#cannot(char);
    this.#take(1);
  }

  /** Six digits. A Time has any fraction or none; a MicroTime has just these. */
  #fraction(): string {
    const separated = this.#rest.startsWith('.') || this.#rest.startsWith(',');
    if (this.#layout === seconds) {
      if (!separated || !isDigit(this.#rest.charCodeAt(1))) return '';
      let length = 2;
      while (isDigit(this.#rest.charCodeAt(length))) length++;
      this.#take(length);
      return '';
    }
    if (!separated || !/^.\d{6}/.test(this.#rest)) throw this.#cannot('.000000');
    return this.#take(7).slice(1);
  }

  /** Minutes east of UTC. */
  #zone(): number {
    if (this.#rest.startsWith('Z')) {
      this.#take(1);
      return 0;
    }
    const [all, sign, hours = '', minutes = ''] = /^([+-])(\d{2}):(\d{2})/.exec(this.#rest) ?? [];
    if (all === undefined) throw this.#cannot('Z07:00');
    this.#take(all.length);
    if (Number(hours) > 24) throw this.#outOfRange('time zone offset hour');
    if (Number(minutes) > 60) throw this.#outOfRange('time zone offset minute');
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  }

  #take(length: number): string {
    const taken = this.#rest.slice(0, length);
    this.#rest = this.#rest.slice(length);
    return taken;
  }

  #cannot(layout: string): TimeError {
    return this.#error(` as ${quote(this.#layout)}: cannot parse ${quote(this.#rest)} as ${quote(layout)}`);
  }

  #outOfRange(what: string): TimeError {
    return this.#error(`: ${what} out of range`);
  }

  #error(why: string): TimeError {
    return new TimeError(`parsing time ${quote(this.#text)}${why}`);
  }
}

function isReal(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && timeText(time) === text;
}

const daysIn = (year: number, month: number): number => {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
};

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** Go's package time has a quoting of its own: bytes beyond printable ASCII in hexadecimal. */
function quote(text: string): string {
  let quoted = '';
  for (const byte of Buffer.from(text)) {
    const char = String.fromCharCode(byte);
    if (byte >= 0x80 || byte < 0x20) quoted += `\\x${byte.toString(16).padStart(2, '0')}`;
    else quoted += char === '"' || char === '\\' ? `\\${char}` : char;
  }
  return `"${quoted}"`;
}
