import type { ExecOptions, LogOptions, PortForwardOptions } from './stream-options.ts';

type Pair = readonly [name: string, value: string];

/** As Go's url.Values are encoded: by name, and by their order where they share one. */
function encoded(pairs: readonly Pair[]): string {
  const query = new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value]));
  query.sort();
  return query.toString();
}

const flag = (name: string, set: boolean, value = 'true'): Pair[] => (set ? [[name, value]] : []);
const given = (name: string, value: number | bigint | string | undefined): Pair[] =>
  value === undefined ? [] : [[name, String(value)]];

/** What a kubelet is asked for logs. */
export const logQuery = (options: LogOptions): string =>
  encoded([
    ...flag('follow', options.follow),
    ...flag('previous', options.previous),
    ...flag('timestamps', options.timestamps),
    ...given('sinceSeconds', options.sinceSeconds),
    ...given('sinceTime', options.sinceTime),
    ...given('tailLines', options.tailLines),
    ...given('limitBytes', options.limitBytes),
  ]);

/** What a kubelet is asked for an exec or an attach: it has names of its own for the streams. */
export const execQuery = (options: ExecOptions): string =>
  encoded([
    ...flag('input', options.stdin, '1'),
    ...flag('output', options.stdout, '1'),
    ...flag('error', options.stderr, '1'),
    ...flag('tty', options.tty, '1'),
    ...options.command.map((word): Pair => ['command', word]),
  ]);

export const portForwardQuery = ({ ports }: PortForwardOptions): string =>
  encoded(ports.length === 0 ? [] : [['port', ports.join(',')]]);
