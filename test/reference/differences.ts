import type { Answer } from './exchange.ts';

/** One place in which two answers differ. `undefined`: there is nothing in that place. */
export interface Difference {
  /** `status`, `headers.allow`, `body.metadata.labels.a`, `body.details.causes[0].field` */
  readonly at: string;
  readonly reference: unknown;
  readonly ours: unknown;
}

/** Where two answers differ, the status first; empty when a client sees the same. The order of fields says nothing. */
export function differences(reference: Answer, ours: Answer): readonly Difference[] {
  const found: Difference[] = [];
  compare('status', reference.status, ours.status, found);
  compare('headers', reference.headers, ours.headers, found);
  compare('body', reference.body, ours.body, found);
  return found;
}

function compare(at: string, reference: unknown, ours: unknown, found: Difference[]): void {
  if (Array.isArray(reference) && Array.isArray(ours)) {
    for (let i = 0; i < Math.max(reference.length, ours.length); i++)
      compare(`${at}[${i}]`, reference[i], ours[i], found);
  } else if (isObject(reference) && isObject(ours)) {
    for (const key of [...new Set([...Object.keys(reference), ...Object.keys(ours)])].sort()) {
      compare(`${at}.${key}`, own(reference, key), own(ours, key), found);
    }
  } else if (!Object.is(reference, ours)) found.push({ at, reference, ours });
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const own = (object: Record<string, unknown>, key: string): unknown =>
  Object.hasOwn(object, key) ? object[key] : undefined;
