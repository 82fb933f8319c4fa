import { type Location, nowhere, type Source } from './source.ts';

/** One thing that is wrong with an expression, in cel-go's words. */
export interface Issue {
  readonly message: string;
  readonly location: Location;
}

/** More are only counted. */
const maxIssues = 100;

/**
 * An expression cannot be used. The message shows each issue with the line it concerns, as Kubernetes shows it:
 * `ERROR: <input>:1:6: undefined field 'x'` and the line with a caret.
 */
export class CelCompileError extends Error {
  override readonly name = 'CelCompileError';
  readonly issues: readonly Issue[];

  constructor(message: string, issues: readonly Issue[]) {
    super(message);
    this.issues = issues;
  }
}

/** What was found wrong so far. */
export class Issues {
  readonly #source: Source;
  readonly #issues: Issue[] = [];
  #count = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  get any(): boolean {
    return this.#count > 0;
  }

  /** At an offset of the source, or about all of it. */
  add(message: string, offset?: number): void {
    this.addAt(message, offset === undefined ? nowhere : this.#source.locate(offset));
  }

  addAt(message: string, location: Location): void {
    this.#count++;
    if (this.#count <= maxIssues) this.#issues.push({ message, location });
  }

  /** @throws {CelCompileError} when there are any. */
  throwIfAny(): void {
    if (this.#count === 0) return;
    const sorted = this.#issues.sort(({ location: a }, { location: b }) => a.line - b.line || a.column - b.column);
    const lines = sorted.map(({ message, location }) => {
      const head = `ERROR: <input>:${location.line}:${location.column + 1}: ${message}`;
      return `${head}${this.#source.snippet(location)}`;
    });
    if (this.#count > maxIssues) lines.push(`${this.#count - maxIssues} more errors were truncated`);
    throw new CelCompileError(lines.join('\n'), sorted);
  }
}
