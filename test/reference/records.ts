import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { anonymous } from './anonymous.ts';
import type { Case } from './cases/case.ts';
import { preparation } from './cases/wire.ts';
import type { Answer, Exchange } from './exchange.ts';
import type { Step } from './life.ts';

/** An answer that was written down, by the step that got it. */
export interface Recorded {
  readonly step: string;
  readonly answer: Answer;
}

/** What one API server answered to one case. */
export interface CaseRecord {
  /** `v1.37.2` */
  readonly version: string;
  readonly answers: readonly Recorded[];
}

const folder = join(import.meta.dirname, 'records');

const fileOf = (name: string): string => join(folder, `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.jsonl`);

/** Sorted, so that a record does not change with the order of fields. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

/** Objects that are this long are written down as a digest: what is recorded of a mistake that is none is that it is none. */
const longestMistake = 600;

/** What is written down of an answer: anonymous, and of long answers to what was wrong and accepted only a digest. */
export function recorded({ step, headOnly }: Step, answer: Answer): Recorded {
  const { body, ...head } = sorted(anonymous(answer)) as Answer;
  if (body === undefined || (headOnly === true && answer.status === 200)) return { step, answer: head };
  const text = JSON.stringify(body);
  const brief = step.startsWith('create, ') && answer.status < 300 && text.length > longestMistake;
  return {
    step,
    answer: { ...head, body: brief ? { digest: createHash('sha256').update(text).digest('hex') } : body },
  };
}

/** Asks a server all of a case, in a namespace of its own, which is made and left. */
export async function ask(server: Exchange, { steps }: Case, namespace: string): Promise<readonly Recorded[]> {
  await server.ask({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: namespace } } });
  const answers: Recorded[] = [];
  const asked = steps(namespace);
  for (let next = asked.next(); next.done !== true; ) {
    const answer = await server.ask(next.value.request);
    if (next.value.step !== preparation) answers.push(recorded(next.value, answer));
    next = asked.next(answer);
  }
  return answers;
}

/** One line for the version, one for each answer, so that what changes can be read. */
export function writeRecord(name: string, { version, answers }: CaseRecord): void {
  const lines = [{ version }, ...answers].map((line) => JSON.stringify(line));
  writeFileSync(fileOf(name), `${lines.join('\n')}\n`);
}

export function readRecord(name: string): CaseRecord {
  const [first = '', ...rest] = readFileSync(fileOf(name), 'utf8').trimEnd().split('\n');
  const { version } = JSON.parse(first) as Pick<CaseRecord, 'version'>;
  return { version, answers: rest.map((line) => JSON.parse(line) as Recorded) };
}

/** Records that belong to none of these cases. */
export function strayRecords(names: readonly string[]): readonly string[] {
  const wanted = new Set(names.map(fileOf));
  return readdirSync(folder).filter((file) => file.endsWith('.jsonl') && !wanted.has(join(folder, file)));
}
