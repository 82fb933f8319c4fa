import type { Replayed } from './replay.ts';

/** A class of answers that are not those of kube-apiserver, and why they stay so for now. */
export interface KnownDifference {
  /** Of the answer: `NAME OF THE CASE › STEP`. */
  readonly answer: RegExp;
  /** The first place that differs, of all classes that fit the answer: `status`, `body.message`. */
  readonly at: RegExp;
  readonly why: string;
}

export const answerOf = ({ name, step }: Pick<Replayed, 'name' | 'step'>): string => `${name} › ${step}`;

export const knownDifferences: readonly KnownDifference[] = [
  {
    answer: /application\/vnd\.kubernetes\.protobuf, application\/json/,
    at: /content-type|body/,
    why: 'protobuf is read, not written: who takes JSON as well gets that',
  },
  {
    answer: /DELETE \/metrics/,
    at: /content-type/,
    why: 'metrics are not set back: DELETE reads them as any other method does',
  },
];

/** The class of an answer that differs; undefined: nobody knows of it. */
export function classOf(answer: Replayed): KnownDifference | undefined {
  const [first] = answer.found;
  if (first === undefined) return undefined;
  return knownDifferences.find((known) => known.answer.test(answerOf(answer)) && known.at.test(first.at));
}
