import type { Difference } from './differences.ts';

/** One answer that was compared. */
export interface Compared {
  readonly kind: string;
  readonly step: string;
  /** What it was asked about. */
  readonly from: string;
  readonly found: readonly Difference[];
}

interface Count {
  equal: number;
  all: number;
}

/** Counts answers by kind and step, and differences by class: the first place in which answers differ, without indices. */
export class Tally {
  readonly #counts = new Map<string, Map<string, Count>>();
  readonly #classes = new Map<string, { count: number; readonly example: Compared }>();
  #equal = 0;
  #all = 0;

  add(compared: Compared): void {
    const { kind, step, found } = compared;
    const steps = this.#counts.get(kind) ?? new Map<string, Count>();
    this.#counts.set(kind, steps);
    const count = steps.get(step) ?? { equal: 0, all: 0 };
    steps.set(step, count);
    count.all++;
    this.#all++;
    const [first] = found;
    if (first === undefined) {
      count.equal++;
      this.#equal++;
      return;
    }
    const what = first.at === 'status' ? `status ${String(first.reference)} → ${String(first.ours)}` : first.at;
    const name = `${kind} › ${step} › ${what.replaceAll(/\[\d+\]/g, '[]')}`;
    const known = this.#classes.get(name);
    if (known === undefined) this.#classes.set(name, { count: 1, example: compared });
    else known.count++;
  }

  get differing(): number {
    return this.#all - this.#equal;
  }

  get summary(): string {
    const share = this.#all === 0 ? 100 : (100 * this.#equal) / this.#all;
    return `${this.#equal} of ${this.#all} answers are equal (${share.toFixed(1)} %)`;
  }

  /** A Markdown table: kinds × steps, equal of all. */
  *table(): Generator<string> {
    const steps = [...new Set([...this.#counts.values()].flatMap((of) => [...of.keys()]))];
    yield `| | ${steps.join(' | ')} |`;
    yield `|---|${steps.map(() => '---:|').join('')}`;
    for (const [kind, of] of [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const cells = steps.map((step) => {
        const count = of.get(step);
        return count === undefined ? '' : count.equal === count.all ? `${count.all}` : `${count.equal} / ${count.all}`;
      });
      yield `| ${kind} | ${cells.join(' | ')} |`;
    }
  }

  /** For people at a terminal: the table, the commonest classes with an example of each, the sum. */
  *lines(top: number): Generator<string> {
    yield* this.table();
    const classes = [...this.#classes].sort(([, a], [, b]) => b.count - a.count);
    for (const [name, { count, example }] of classes.slice(0, top)) {
      yield `${String(count).padStart(5)} ${name}   (${example.from})`;
      for (const { at, reference, ours } of example.found.slice(0, 3)) {
        yield `        ${at}: ${short(reference)} → ${short(ours)}`;
      }
    }
    yield this.summary;
  }
}

const short = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 200);
