const plain = /^[A-Za-z0-9\-_.~$&+,/:;=@]*$/;
const others = /[^A-Za-z0-9\-_.~$&+,/:;=@]/gu;

/** What stands for itself in a URI component, and not in a path that Go's net/url writes. */
const alsoEscaped: ReadonlyMap<string, string> = new Map(
  Array.from("!'()*", (char) => [char, `%${char.charCodeAt(0).toString(16).toUpperCase()}`]),
);

/** A decoded path as Go's net/url writes it. Never throws: half of a surrogate pair becomes U+FFFD. */
export const escapedPath = (path: string): string =>
  plain.test(path)
    ? path
    : path.replace(others, (char) => alsoEscaped.get(char) ?? (isHalf(char) ? '%EF%BF%BD' : encodeURIComponent(char)));

const isHalf = (char: string): boolean => char.length === 1 && char >= '\ud800' && char <= '\udfff';

/** A path without empty segments, `.` and `..`, as Go's path.Join makes it of one; '' stays ''. A slash at its end stays. */
export function cleanPath(path: string): string {
  if (path === '') return '';
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  const cleaned = `/${segments.join('/')}`;
  return path.endsWith('/') && cleaned !== '/' ? `${cleaned}/` : cleaned;
}
