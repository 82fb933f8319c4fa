import type { Credentials } from './request-authenticator.ts';

/** By what follows the prefix, decoded: `x-remote-extra-a%2fb` is about `a/b`. */
export function extraOf(
  credentials: Credentials,
  prefixes: readonly string[],
): Readonly<Record<string, readonly string[]>> {
  const extra = new Map<string, string[]>();
  for (const prefix of prefixes) {
    for (const header of credentials.headerNames()) {
      if (!header.startsWith(prefix)) continue;
      const key = decoded(header.slice(prefix.length));
      extra.set(key, [...(extra.get(key) ?? []), ...credentials.lines(header)]);
    }
  }
  return Object.fromEntries(extra);
}

/** What cannot be decoded is taken as it is. */
function decoded(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch (error) {
    if (error instanceof URIError) return key;
    throw error;
  }
}
