/** A child with its labels bound once: what a hot path holds, so that counting is one addition. */
export interface Counter {
  add(amount?: number): void;
}

export interface Gauge {
  set(value: number): void;
}

export interface Histogram {
  observe(value: number): void;
}

/** A family with labels; `with` is called at set-up time, never per event. */
export interface Family<Child, Label extends string> {
  with(labels: Readonly<Record<Label, string>>): Child;
  /** Forgets the child with these labels: nobody holds it any more. */
  without(labels: Readonly<Record<Label, string>>): void;
}

/**
 * Where metrics are declared, once each, in a folder's `metrics.ts`. `server/` implements it over Prometheus;
 * names and labels follow kube-apiserver's where it has the same metric.
 */
export interface Meter {
  counter<Label extends string = never>(name: string, help: string, labels?: readonly Label[]): Family<Counter, Label>;
  gauge<Label extends string = never>(name: string, help: string, labels?: readonly Label[]): Family<Gauge, Label>;
  /** `buckets` are upper bounds, ascending, in the metric's unit. */
  histogram<Label extends string = never>(
    name: string,
    help: string,
    buckets: readonly number[],
    labels?: readonly Label[],
  ): Family<Histogram, Label>;
}

const nothing = { add() {}, set() {}, observe() {} };
const silent = { with: () => nothing, without() {} };

export const silentMeter: Meter = { counter: () => silent, gauge: () => silent, histogram: () => silent };
