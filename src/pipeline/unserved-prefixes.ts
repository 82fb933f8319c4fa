/** Far more kinds than a cluster has. Beyond it somebody writes keys that are no objects. */
const maxPrefixes = 10_000;

/**
 * The prefixes of the kinds that the store holds and nobody here serves, as the stream has seen their keys: what lies in
 * a namespace besides what is served. A prefix stays once it was seen.
 *
 * A key is `<prefix>/<namespace>/<name>`, or `<prefix>/<name>` of a kind without namespaces. A prefix is the resource
 * (`roles`), or a group and the resource (`example.com/widgets`): a group is known by its dot. Longer ones end before the
 * last two segments.
 */
export class UnservedPrefixes {
  readonly #root: string;
  readonly #max: number;
  readonly #prefixes = new Set<string>();
  #complete = true;

  /** `root`: what all keys begin with; ends in `/`. */
  constructor(root: string, max = maxPrefixes) {
    this.#root = root;
    this.#max = max;
  }

  /** For each key that is nobody's. */
  see(key: string): void {
    this.add(prefixOf(key.slice(this.#root.length)));
  }

  /** A kind that was served, and is no more. */
  add(prefix: string): void {
    if (this.#prefixes.has(prefix)) return;
    if (this.#prefixes.size < this.#max) this.#prefixes.add(prefix);
    else this.#complete = false;
  }

  /** False: there were too many, and not all are known. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Below the root, without slashes at the ends: as StoredKind.storagePrefix. */
  values(): Iterable<string> {
    return this.#prefixes;
  }
}

function prefixOf(path: string): string {
  const segments = path.split('/');
  const [first = '', second] = segments;
  if (segments.length > 3) return segments.slice(0, -2).join('/');
  return segments.length === 3 && first.includes('.') ? `${first}/${second}` : first;
}
