import type { Container, EphemeralContainer, PodSpec } from '../types/core-v1.generated.ts';

/** Every container of a pod at its place, in the original's order. */
export function eachContainer(
  spec: PodSpec,
  path: string,
  visit: (container: Container | EphemeralContainer, path: string) => void,
): void {
  for (const field of ['initContainers', 'containers', 'ephemeralContainers'] as const) {
    for (const [index, container] of (spec[field] ?? []).entries()) visit(container, `${path}.${field}[${index}]`);
  }
}
