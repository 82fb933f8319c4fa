import type { MiddlewareHandler } from 'hono';
import { goQuote } from '../../machinery/go-quote.ts';
import { forbidden } from '../../machinery/status-errors.ts';
import type { ApiRequest } from '../api-request.ts';
import type { AppDeps, AppEnv } from '../app-deps.ts';

/**
 * Keeps pages in a developer's browser away from a server that asks nobody who they are. A page reaches it in two ways:
 * through a name of its own that it lets resolve to loopback (the browser then takes the server for the page's own), and
 * from its own origin, where what comes back is hidden from it but what is sent is not. Programs that are no browsers name
 * a loopback host, or none, and no origin.
 * @throws {ApiError} 403
 */
export const acceptedHosts = ({ acceptHosts }: AppDeps): MiddlewareHandler<AppEnv> => {
  const more = new Set(acceptHosts.map((host) => host.toLowerCase()));
  const accepts = (host: string) => more.has('*') || more.has(host) || more.has(nameOf(host));
  return async (c, next) => {
    const request = c.get('request');
    const host = request.line.authority.toLowerCase();
    if (!isLoopback(nameOf(host)) && !accepts(host)) {
      throw refused(`host ${goQuote(host)} is not accepted: only loopback names are, and those of --accept-hosts`);
    }
    const origin = request.header('origin')?.toLowerCase();
    if (origin === undefined) {
      if (isOfForeignPage(request) && !more.has('*')) throw refused('a page of another origin sent this request');
    } else {
      const from = /^https?:\/\/([^/]+)$/.exec(origin)?.[1] ?? '';
      if (from !== host && !accepts(from)) {
        throw refused(
          `origin ${goQuote(origin)} is not accepted: only the server's own is, and those of --accept-hosts`,
        );
      }
    }
    await next();
  };
};

const refused = (why: string): Error => forbidden({ group: '', resource: '' }, '', why);

/** `a.example:80` → `a.example`, `[::1]:80` → `[::1]`. */
const nameOf = (host: string): string => host.replace(/:\d*$/, '');

/** '': HTTP/1.0 need not say whom it talks to, and browsers do not speak it. */
const isLoopback = (name: string): boolean =>
  name === '' || name === 'localhost' || name === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(name);

/**
 * Without an Origin a browser still says where a request is from. Who follows a link to the server, and looks at what is
 * there, is not sent by the page that had the link.
 */
function isOfForeignPage(request: ApiRequest): boolean {
  const site = request.header('sec-fetch-site');
  if (site !== 'cross-site' && site !== 'same-site') return false;
  return request.method !== 'GET' || request.header('sec-fetch-dest') !== 'document';
}
