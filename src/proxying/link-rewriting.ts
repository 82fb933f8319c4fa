/** How links of what stands behind a proxy become links through it. */
export interface LinkRewriting {
  /** The path of the proxy, without a slash at its end: `/api/v1/namespaces/a/services/b/proxy`. */
  readonly prefix: string;
  /** What stands behind it, `10.0.0.1:80`, and what the client calls this server: links to either lead through the proxy. */
  readonly hosts: { readonly backend: string; readonly client: string };
}

const parts = /^(?:([a-z][a-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(.*)$/is;

/** A link as it is to be; the same text when it leads elsewhere, or is relative to the page that it stands on. */
export function rewrittenLink(link: string, { prefix, hosts }: LinkRewriting): string {
  const [, scheme, host = '', path = '', rest = ''] = parts.exec(link) ?? [];
  if (!path.startsWith('/') || (host !== '' && host !== hosts.backend && host !== hosts.client)) return link;
  // A client that was told its own name for the server stays with it.
  const origin = host !== '' && host === hosts.client ? `${scheme === undefined ? '' : `${scheme}:`}//${host}` : '';
  if (path === prefix || path.startsWith(`${prefix}/`)) return `${origin}${path}${rest}`;
  return `${origin}${prefix}${path.replace(/^\/+/, '/')}${rest}`;
}
