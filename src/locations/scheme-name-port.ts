/** What a path of a proxy names: `name`, `name:port` or `scheme:name:port`, where scheme and port may be empty. */
export interface SchemeNamePort {
  readonly scheme: '' | 'http' | 'https';
  readonly name: string;
  /** A number, or what a service calls it. */
  readonly port: string;
}

/** undefined: it is none. */
export function splitSchemeNamePort(text: string): SchemeNamePort | undefined {
  const parts = text.split(':');
  if (parts.length > 3) return undefined;
  const [scheme = '', name = '', port = ''] = parts.length === 3 ? parts : ['', ...parts];
  if (name === '' || (scheme !== '' && scheme !== 'http' && scheme !== 'https')) return undefined;
  return { scheme, name, port };
}

/** A port's number; undefined: it is none. */
export function portNumber(text: string): number | undefined {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= 65_535 ? number : undefined;
}
