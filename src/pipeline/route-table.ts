/**
 * Which resource a key belongs to: the longest of the added prefixes that begins it. A prefix is whole path segments below
 * `root` and ends in `/`; prefixes may be nested. A look-up costs one hash per segment of the deepest prefix, however many
 * there are.
 */
export class RouteTable<T> {
  readonly #root: string;
  readonly #byPrefix = new Map<string, T>();
  #maxSegments = 0;

  constructor(root: string) {
    this.#root = root;
  }

  /** @throws {RangeError} for a prefix that is taken, or not below the root, or not whole segments. */
  add(prefix: string, value: T): void {
    const path = prefix.startsWith(this.#root) ? prefix.slice(this.#root.length) : '';
    if (!/^([^/]+\/)+$/.test(path)) throw new RangeError(`${prefix} is no path below ${this.#root} that ends in /`);
    if (this.#byPrefix.has(prefix)) throw new RangeError(`${prefix} is taken`);
    this.#byPrefix.set(prefix, value);
    this.#maxSegments = Math.max(this.#maxSegments, path.split('/').length - 1);
  }

  delete(prefix: string): T | undefined {
    const value = this.#byPrefix.get(prefix);
    this.#byPrefix.delete(prefix);
    return value;
  }

  get(prefix: string): T | undefined {
    return this.#byPrefix.get(prefix);
  }

  find(key: string): T | undefined {
    if (!key.startsWith(this.#root)) return undefined;
    let found: T | undefined;
    let slash = key.indexOf('/', this.#root.length);
    for (let segments = 0; slash !== -1 && segments < this.#maxSegments; segments++) {
      found = this.#byPrefix.get(key.slice(0, slash + 1)) ?? found;
      slash = key.indexOf('/', slash + 1);
    }
    return found;
  }

  values(): Iterable<T> {
    return this.#byPrefix.values();
  }
}
