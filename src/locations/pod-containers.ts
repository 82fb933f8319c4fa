import { eachContainer } from '../api/core/each-container.ts';
import type { Pod } from '../api/types/core-v1.generated.ts';
import { badRequest } from '../machinery/status-errors.ts';

/**
 * The container that is asked for, or the only one when none is.
 * @throws {ApiError} 400
 */
export function containerOf({ metadata, spec }: Pod, asked: string): string {
  const pod = metadata?.name ?? '';
  const names: string[] = [];
  eachContainer(spec ?? {}, '', ({ name = '' }) => names.push(name));
  if (asked !== '') {
    if (names.includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${pod}`);
  }
  const containers = spec?.containers ?? [];
  if (containers.length === 1) return containers[0]?.name ?? '';
  const choice = containers.length === 0 ? '' : `, choose one of: [${names.join(' ')}]`;
  throw badRequest(`a container name must be specified for pod ${pod}${choice}`);
}
