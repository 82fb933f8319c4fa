/** The first few wrong answers and how many there were: a report, not a log. */
export class WrongAnswers {
  readonly #first: string[] = [];
  #count = 0;

  add(what: string): void {
    this.#count += 1;
    if (this.#first.length < 5) this.#first.push(what);
  }

  get list(): string[] {
    const more = this.#count - this.#first.length;
    return more > 0 ? [...this.#first, `and ${more} more`] : [...this.#first];
  }
}
