import type { Metric, Registry } from 'prom-client';
import type { Clock } from '../base/clock.ts';
import type { Counter, Family, Gauge, Histogram, Meter } from '../base/meter.ts';

type Labels = Readonly<Record<string, string>>;

/** One line of the text format; `metricName` is absent where it is the family's own. */
interface Sample {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

interface Cell {
  samples(name: string): Iterable<Sample>;
}

interface RegisteredFamily {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  readonly cells: Map<string, Cell>;
}

/** A counter and a gauge: one number. Counting is an addition and nothing else. */
class NumberCell implements Cell, Counter, Gauge {
  readonly #labels: Labels;
  #value = 0;

  constructor(labels: Labels) {
    this.#labels = labels;
  }

  add(amount = 1): void {
    this.#value += amount;
  }

  set(value: number): void {
    this.#value = value;
  }

  *samples(): Iterable<Sample> {
    yield { labels: this.#labels, value: this.#value };
  }
}

class HistogramCell implements Cell, Histogram {
  readonly #labels: Labels;
  readonly #bounds: readonly number[];
  /** How many observations fell into each bucket alone; the last one is above all bounds. */
  readonly #counts: Float64Array;
  #sum = 0;

  constructor(labels: Labels, bounds: readonly number[]) {
    this.#labels = labels;
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && value > (bounds[bucket] ?? 0)) bucket += 1;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += value;
  }

  *samples(name: string): Iterable<Sample> {
    let count = 0;
    for (const [bucket, own] of this.#counts.entries()) {
      count += own;
      const le = this.#bounds[bucket] ?? '+Inf';
      yield { metricName: `${name}_bucket`, labels: { ...this.#labels, le }, value: count };
    }
    yield { metricName: `${name}_sum`, labels: this.#labels, value: this.#sum };
    yield { metricName: `${name}_count`, labels: this.#labels, value: count };
  }
}

/** How long one rendering is good for: scrapers that come together cost one. */
const textLifetimeMs = 1_000;

/**
 * {@link Meter} for Prometheus. Cells count by themselves; prom-client is loaded at the first scrape and only writes
 * them down, so that it costs neither start-up nor the hot path anything.
 *
 * Declaring a family again gives the same one, so every resource may; with another type or other labels it throws.
 */
export class PrometheusMeter implements Meter {
  readonly #clock: Clock;
  readonly #processMetrics: boolean;
  readonly #families = new Map<string, RegisteredFamily>();
  readonly #beforeScrape: (() => void)[] = [];
  #registry: Promise<Registry> | undefined;
  #text: { readonly at: number; readonly text: Promise<string> } | undefined;
  /** Families that the registry knows already. */
  readonly #registered = new Set<RegisteredFamily>();

  /** @param processMetrics also tell of memory, garbage collection and the event loop of this process. */
  constructor(clock: Clock, processMetrics = false) {
    this.#clock = clock;
    this.#processMetrics = processMetrics;
  }

  static readonly contentType = 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores';

  counter<Label extends string = never>(
    name: string,
    help: string,
    labels: readonly Label[] = [],
  ): Family<Counter, Label> {
    return this.#family({ name, help, type: 'counter', labels, cells: new Map() }, (bound) => new NumberCell(bound));
  }

  gauge<Label extends string = never>(name: string, help: string, labels: readonly Label[] = []): Family<Gauge, Label> {
    return this.#family({ name, help, type: 'gauge', labels, cells: new Map() }, (bound) => new NumberCell(bound));
  }

  histogram<Label extends string = never>(
    name: string,
    help: string,
    buckets: readonly number[],
    labels: readonly Label[] = [],
  ): Family<Histogram, Label> {
    return this.#family(
      { name, help, type: 'histogram', labels, cells: new Map() },
      (bound) => new HistogramCell(bound, buckets),
    );
  }

  /** `sample` runs before each rendering: for gauges that are cheaper to read than to keep. */
  beforeScrape(sample: () => void): void {
    this.#beforeScrape.push(sample);
  }

  /** All families in the Prometheus text format, at most {@link textLifetimeMs} old. */
  text(): Promise<string> {
    const now = this.#clock.now();
    if (this.#text === undefined || now - this.#text.at >= textLifetimeMs) {
      this.#text = { at: now, text: this.#render() };
    }
    return this.#text.text;
  }

  #family<Child extends Cell, Label extends string>(
    declared: RegisteredFamily,
    make: (labels: Labels) => Child,
  ): Family<Child, Label> {
    const known = this.#families.get(declared.name) ?? declared;
    if (known.type !== declared.type || known.labels.join() !== declared.labels.join()) {
      throw new Error(`metric ${declared.name} is declared twice, differently`);
    }
    this.#families.set(declared.name, known);
    const cells = known.cells as Map<string, Child>;
    const keyOf = (labels: Labels): string => JSON.stringify(known.labels.map((label) => labels[label]));
    return {
      with(labels) {
        const key = keyOf(labels);
        let cell = cells.get(key);
        if (cell === undefined) {
          cell = make(labels);
          cells.set(key, cell);
        }
        return cell;
      },
      without: (labels) => void cells.delete(keyOf(labels)),
    };
  }

  async #openRegistry(): Promise<Registry> {
    const { default: client } = await import('prom-client');
    const registry = new client.Registry();
    if (this.#processMetrics) client.collectDefaultMetrics({ register: registry });
    return registry;
  }

  async #render(): Promise<string> {
    this.#registry ??= this.#openRegistry();
    const registry = await this.#registry;
    for (const sample of this.#beforeScrape) sample();
    for (const family of this.#families.values()) {
      if (this.#registered.has(family)) continue;
      this.#registered.add(family);
      registry.registerMetric(asMetric(family));
    }
    return registry.metrics();
  }
}

/** What prom-client's registry needs of a metric: its `get`. The classes it declares hold much more. */
function asMetric({ name, help, type, cells }: RegisteredFamily): Metric {
  const get = () =>
    Promise.resolve({
      name,
      help,
      type,
      aggregator: 'sum',
      values: [...cells.values()].flatMap((cell) => [...cell.samples(name)]),
    });
  return { name, get } as unknown as Metric;
}
