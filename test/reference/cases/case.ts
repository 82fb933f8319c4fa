import type { Step, Steps } from '../life.ts';

/** Some requests in a row, in a namespace that nobody else uses and that is there when they begin. */
export interface Case {
  /** Unique; its answers are written down under it. */
  readonly name: string;
  /** What the table counts it as. */
  readonly kind: string;
  readonly steps: (namespace: string) => Steps;
}

/** Requests that do not depend on answers. */
export function* inTurn(steps: readonly Step[]): Steps {
  for (const step of steps) yield step;
}
