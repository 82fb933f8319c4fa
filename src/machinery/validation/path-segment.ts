/** What is wrong with `name` as one segment of a URL and of a storage key: the least that is asked of every name. */
export function pathSegmentName(name: string): string[] {
  return name === '.' || name === '..' ? [`may not be '${name}'`] : pathSegmentPrefix(name);
}

/** The same for what a suffix is yet to follow. */
export const pathSegmentPrefix = (name: string): string[] =>
  /[/%]/.test(name)
    ? ['/', '%'].filter((illegal) => name.includes(illegal)).map((illegal) => `may not contain '${illegal}'`)
    : [];
