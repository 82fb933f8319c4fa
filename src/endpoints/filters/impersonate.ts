import type { MiddlewareHandler } from 'hono';
import type { Impersonator } from '../../machinery/authorizer.ts';
import { extraOf } from '../../machinery/extra-headers.ts';
import { goQuote } from '../../machinery/go-quote.ts';
import type { UserInfo } from '../../machinery/request-context.ts';
import { badRequest } from '../../machinery/status-errors.ts';
import { accessRefused, attributesOf } from '../access-attributes.ts';
import type { ApiRequest } from '../api-request.ts';
import type { AppEnv } from '../app-deps.ts';
import { RequestCredentials } from '../credentials.ts';

const prefix = 'impersonate-';

/**
 * A request goes on as the one whom its headers name, if whoever sent it may be that one: `kubectl --as`.
 * @throws {ApiError} 400 for headers without a name, 403
 */
export const impersonate =
  (impersonator: Impersonator): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const request = c.get('request');
    if (hasSuchHeader(request)) {
      const wanted = wantedUser(new RequestCredentials(request));
      if (wanted !== undefined) {
        const answer = await impersonator(wanted, attributesOf(request));
        if ('refusal' in answer) throw accessRefused(answer.refusal.attributes, answer.refusal.reason);
        request.context = request.context.with({ user: answer.user });
      }
    }
    await next();
  };

/** Hardly any request has: so headers are not taken apart for it. */
function hasSuchHeader({ bindings: { incoming }, raw }: ApiRequest): boolean {
  if (incoming === undefined) return [...raw.headers.keys()].some((name) => name.startsWith(prefix));
  const { rawHeaders } = incoming;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length > prefix.length && name.slice(0, prefix.length).toLowerCase() === prefix) return true;
  }
  return false;
}

/** undefined: none of the headers says anything. @throws {ApiError} 400 */
function wantedUser(credentials: RequestCredentials): UserInfo | undefined {
  const name = credentials.header(`${prefix}user`);
  const uid = credentials.header(`${prefix}uid`);
  const groups = credentials.lines(`${prefix}group`);
  const extra = extraOf(credentials, [`${prefix}extra-`]);
  const user: UserInfo = { name, uid, groups, extra };
  if (name !== '') return user;
  const isNothing = uid === '' && groups.length === 0 && Object.keys(extra).length === 0;
  if (isNothing) return undefined;
  throw badRequest(`requested ${inGo(user)} without impersonating a user name`);
}

/** As Go prints the struct that it has made of the headers. */
function inGo({ name, uid, groups, extra }: UserInfo): string {
  const list = (values: readonly string[]) => (values.length === 0 ? '(nil)' : `{${values.map(goQuote).join(', ')}}`);
  const pairs = Object.entries(extra).map(([key, values]) => `${goQuote(key)}:[]string${list(values)}`);
  const more = `map[string][]string${pairs.length === 0 ? '(nil)' : `{${pairs.join(', ')}}`}`;
  return `&user.DefaultInfo{Name:${goQuote(name)}, UID:${goQuote(uid)}, Groups:[]string${list(groups)}, Extra:${more}}`;
}
