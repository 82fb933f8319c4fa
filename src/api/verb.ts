/** What can be done to a resource. `subresources` of a version list theirs. */
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

/** What a resource can do unless it says otherwise. */
export const everyVerb: readonly Verb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];

/** The `status` subresource. */
export const statusSubresource: Readonly<Record<string, readonly Verb[]>> = { status: ['get', 'patch', 'update'] };
