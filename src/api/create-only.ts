import type { VirtualResource } from './virtual-resource.ts';

type Names = 'group' | 'kind' | 'resource' | 'singular' | 'namespaced';

/** What is only created: a question, or something to be done. It is no Table. */
export const createOnly = (
  names: Pick<VirtualResource, Names>,
  create: NonNullable<VirtualResource['create']>,
): VirtualResource => ({
  ...names,
  version: 'v1',
  shortNames: [],
  categories: [],
  verbs: ['create'],
  subresources: {},
  columns: [],
  create,
});
