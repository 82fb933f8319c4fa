import { ApiError } from '../machinery/api-error.ts';
import type { AccessAttributes } from '../machinery/authorizer.ts';
import { goQuote } from '../machinery/go-quote.ts';
import { forbidden } from '../machinery/status-errors.ts';
import type { ApiRequest } from './api-request.ts';

/** Who wants to do what, of what the handler will act on. */
export function attributesOf({ context: { user }, info }: ApiRequest): AccessAttributes {
  const { verb, path, group, version, resource, subresource, namespace, name } = info;
  return info.isResource
    ? { user, verb, of: { group, version, resource, subresource, namespace, name } }
    : { user, verb, of: { path } };
}

const markup: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Somebody may not do what he asks for. */
export class AccessError extends ApiError {}

/** 403 in the words of Kubernetes. `reason`: '' when nobody gave one. */
export function accessRefused({ user, verb, of }: AccessAttributes, reason: string): AccessError {
  const text = `User ${goQuote(user.name)} cannot ${verb} ${'path' in of ? `path ${goQuote(of.path)}` : describe(of)}`;
  const why = text.replace(/[&<>]/g, (char) => markup[char] ?? char) + (reason === '' ? '' : `: ${reason}`);
  const { status } = 'path' in of ? forbidden({ group: '', resource: '' }, '', why) : forbidden(of, of.name, why);
  const { message = '', details = {} } = status;
  return new AccessError(403, 'Forbidden', message, { details });
}

function describe({
  group,
  resource,
  subresource,
  namespace,
}: Exclude<AccessAttributes['of'], { path: string }>): string {
  const what = subresource === '' ? resource : `${resource}/${subresource}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${goQuote(namespace)}`;
  return `resource ${goQuote(what)} in API group ${goQuote(group)} ${where}`;
}
