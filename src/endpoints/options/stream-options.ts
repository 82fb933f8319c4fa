import type { ExecOptions, PortForwardOptions } from '../../locations/stream-options.ts';
import { goQuote } from '../../machinery/go-quote.ts';
import { badRequest } from '../../machinery/status-errors.ts';
import { flagIn } from './query-values.ts';

/** v1.PodExecOptions and v1.PodAttachOptions of a query: only an exec has a command. */
export const execOptionsOf = (query: URLSearchParams): ExecOptions => ({
  stdin: flagIn(query, 'stdin') === true,
  stdout: flagIn(query, 'stdout') === true,
  stderr: flagIn(query, 'stderr') === true,
  tty: flagIn(query, 'tty') === true,
  container: query.get('container') ?? '',
  command: query.getAll('command'),
});

/** v1.PodPortForwardOptions of a query. @throws {ApiError} 400 */
export const portForwardOptionsOf = (query: URLSearchParams): PortForwardOptions => ({
  ports: query.getAll('ports').flatMap((ports) => ports.split(',').map(portOf)),
});

function portOf(text: string): number {
  const failure = (why: string) =>
    badRequest(`cannot convert to []int32: strconv.ParseUint: parsing ${goQuote(text)}: ${why}`);
  if (!/^\d+$/.test(text)) throw failure('invalid syntax');
  if (Number(text) > 65_535) throw failure('value out of range');
  return Number(text);
}
