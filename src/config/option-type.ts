import { formatDuration, parseDuration } from './duration.ts';

/** 0: the port is off. `any`: a free one, told in the log and in the kubeconfig. */
export type Port = number | 'any';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** What an option of each type is in a Config. Durations are milliseconds, sizes in bytes. */
export interface OptionValues {
  text: string;
  flag: boolean;
  integer: number;
  duration: number;
  bytes: number;
  port: Port;
  list: readonly string[];
  /** From `resource[.group]#size`. */
  sizes: ReadonlyMap<string, number>;
  level: LogLevel;
}

export type OptionType = keyof OptionValues;

interface TypeRules<Value> {
  /** What stands for the value in --help; '' for a flag, which takes none. */
  readonly placeholder: string;
  /** @throws {RangeError} saying what is wrong with `text`. */
  parse(text: string): Value;
  /** As it would be written on the command line. */
  format(value: Value): string;
}

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];

/** From which number on kube-apiserver's `-v` tells developers more than operators. */
const debugVerbosity = 4;

const byteUnits: Readonly<Record<string, number>> = { '': 1, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 };

function parseInteger(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number: ${JSON.stringify(text)}`);
  return value;
}

const parseList = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** How each type is read, written and named. */
export const optionTypes: { readonly [T in OptionType]: TypeRules<OptionValues[T]> } = {
  text: { placeholder: 'text', parse: (text) => text, format: (value) => value },
  flag: {
    placeholder: '',
    parse(text) {
      if (text === 'true' || text === 'false') return text === 'true';
      throw new RangeError(`not true or false: ${JSON.stringify(text)}`);
    },
    format: String,
  },
  integer: { placeholder: 'number', parse: parseInteger, format: String },
  duration: { placeholder: 'duration', parse: parseDuration, format: formatDuration },
  bytes: {
    placeholder: 'bytes',
    parse(text) {
      const [, amount = '', unit = ''] = /^(\d+)(|Ki|Mi|Gi)$/.exec(text) ?? [];
      const value = amount === '' ? Number.NaN : Number(amount) * (byteUnits[unit] ?? Number.NaN);
      if (Number.isSafeInteger(value)) return value;
      throw new RangeError(`not a size such as 65536, 64Ki or 3Mi: ${JSON.stringify(text)}`);
    },
    format(value) {
      for (const unit of ['Gi', 'Mi', 'Ki']) {
        const size = byteUnits[unit] ?? 1;
        if (value > 0 && value % size === 0) return `${value / size}${unit}`;
      }
      return String(value);
    },
  },
  port: {
    placeholder: 'port',
    parse(text) {
      if (text === 'any') return 'any';
      const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
      if (port <= 65_535) return port;
      throw new RangeError(`not a port, 0 (off) or any: ${JSON.stringify(text)}`);
    },
    format: String,
  },
  list: { placeholder: 'list', parse: parseList, format: (value) => value.join(',') },
  sizes: {
    placeholder: 'resource#size,…',
    parse(text) {
      const sizes = new Map<string, number>();
      for (const item of parseList(text)) {
        const [, resource = '', size = ''] = /^([a-z0-9.-]+)#(\d+)$/.exec(item) ?? [];
        if (resource === '') throw new RangeError(`not of the form resource[.group]#size: ${JSON.stringify(item)}`);
        sizes.set(resource, parseInteger(size));
      }
      return sizes;
    },
    format: (value) => [...value].map(([resource, size]) => `${resource}#${size}`).join(','),
  },
  level: {
    placeholder: 'level',
    parse(text) {
      if (/^\d+$/.test(text)) return Number(text) >= debugVerbosity ? 'debug' : 'info';
      const level = levels.find((name) => name === text);
      if (level !== undefined) return level;
      throw new RangeError(`not one of ${levels.join(', ')} or a number: ${JSON.stringify(text)}`);
    },
    format: (value) => value,
  },
};
