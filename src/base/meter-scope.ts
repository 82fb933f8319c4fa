import type { Family, Meter } from './meter.ts';

/** A meter whose children can all be given back at once: those of a kind that is served no more. */
export class MeterScope implements Meter {
  readonly #meter: Meter;
  #forget: (() => void)[] = [];

  constructor(meter: Meter) {
    this.#meter = meter;
  }

  counter<Label extends string = never>(name: string, help: string, labels?: readonly Label[]) {
    return this.#tracked(this.#meter.counter(name, help, labels));
  }

  gauge<Label extends string = never>(name: string, help: string, labels?: readonly Label[]) {
    return this.#tracked(this.#meter.gauge(name, help, labels));
  }

  histogram<Label extends string = never>(
    name: string,
    help: string,
    buckets: readonly number[],
    labels?: readonly Label[],
  ) {
    return this.#tracked(this.#meter.histogram(name, help, buckets, labels));
  }

  /** Whoever still counts in them counts for nobody. */
  release(): void {
    for (const forget of this.#forget.splice(0)) forget();
  }

  #tracked<Child, Label extends string>(family: Family<Child, Label>): Family<Child, Label> {
    return {
      with: (labels) => {
        this.#forget.push(() => family.without(labels));
        return family.with(labels);
      },
      without: (labels) => family.without(labels),
    };
  }
}
