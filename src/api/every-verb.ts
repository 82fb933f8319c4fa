import type { Verb } from './resource-row.ts';

/** What a resource can do unless it says otherwise. */
export const everyVerb: readonly Verb[] = ['create', 'delete', 'deletecollection', 'get', 'list', 'update', 'watch'];

/** The `status` subresource. */
export const statusSubresource: Readonly<Record<string, readonly Verb[]>> = { status: ['get', 'update'] };
