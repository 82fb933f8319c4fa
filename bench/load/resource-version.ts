/** Where a list's own metadata is: before its items, in every Kubernetes encoder. */
const headLength = 4096;

/** @throws {Error} when it has none. */
export function resourceVersionOf(list: string): string {
  const found = /"resourceVersion":\s*"([^"]+)"/.exec(list.slice(0, headLength))?.[1];
  if (found === undefined) throw new Error(`a list without a resourceVersion: ${list.slice(0, 200)}`);
  return found;
}

/** The token of the next page; undefined on the last one. */
export function continueOf(list: string): string | undefined {
  const items = list.indexOf('"items"');
  const head = list.slice(0, items === -1 ? headLength : Math.min(items, headLength));
  return /"continue":\s*"([^"]+)"/.exec(head)?.[1];
}
