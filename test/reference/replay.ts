import { cases, namespaceOf } from './cases/all.ts';
import { type Difference, differences } from './differences.ts';
import { Exchange } from './exchange.ts';
import { ask, readRecord } from './records.ts';

/** One answer beside what was recorded. */
export interface Replayed {
  readonly name: string;
  readonly kind: string;
  readonly step: string;
  readonly found: readonly Difference[];
}

/** Of the server that was recorded. */
export const recordedVersion = (): string => readRecord(cases[0]?.name ?? '').version;

const noAnswer = { status: 0, headers: {} };

/** Asks a server of ours all cases, in their order. Where the two took different ways, a step that one has not had differs. */
export async function replay(url: string): Promise<readonly Replayed[]> {
  const server = new Exchange(url);
  const replayed: Replayed[] = [];
  for (const one of cases) {
    const { name, kind } = one;
    const wanted = readRecord(name).answers;
    const got = await ask(server, one, namespaceOf(one));
    for (let i = 0; i < Math.max(wanted.length, got.length); i++) {
      const step = wanted[i]?.step ?? got[i]?.step ?? '';
      const same = wanted[i]?.step === got[i]?.step;
      const ours = same ? (got[i]?.answer ?? noAnswer) : noAnswer;
      replayed.push({ name, kind, step, found: differences(wanted[i]?.answer ?? noAnswer, ours) });
    }
  }
  server.close();
  return replayed;
}
