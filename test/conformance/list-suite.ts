import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type ListExpectation,
  type ListQuestion,
  listCases,
  type PodName,
  type RevisionName,
  seedPods,
  type TokenText,
} from './list-cases.ts';

/** A list as asked for: parameters as text, '' for those that are not sent. */
export interface ListRequest {
  /** '' for all namespaces. */
  readonly namespace: string;
  readonly resourceVersion: string;
  readonly resourceVersionMatch: string;
  readonly limit: number;
  readonly continue: string;
  readonly fieldSelector: string;
}

export interface ListAnswer {
  readonly code: number;
  /** metadata of the list, or of the Status that refuses it. */
  readonly resourceVersion: string;
  readonly continue: string;
  readonly remainingItemCount: number | undefined;
  readonly items: readonly { readonly namespace: string; readonly name: string; readonly resourceVersion: string }[];
}

/** What can hold pods and list them: a registry, a server. Each write resolves to its resourceVersion. */
export interface ListTarget {
  create(namespace: string, name: string): Promise<number>;
  /** Sets spec.nodeName. */
  bind(namespace: string, name: string, node: string): Promise<number>;
  remove(namespace: string, name: string): Promise<number>;
  /** Writes something that is not a pod. */
  writeElsewhere(): Promise<number>;
  /** The present revision, by a list of nothing. */
  present(): Promise<number>;
  /** Resolves when nobody can read what was before `revision`. */
  compact(revision: number): Promise<void>;
  list(request: ListRequest): Promise<ListAnswer>;
  close(): Promise<void>;
}

type Revisions = Readonly<Record<RevisionName, number>>;

async function seed(target: ListTarget): Promise<Revisions> {
  const create = (pod: PodName) => target.create(seedPods[pod].namespace, seedPods[pod].name);
  const r0 = await target.present();
  const r1 = await create('p0');
  const r2 = await create('p1');
  const r3 = await create('p2');
  const r4 = await create('p3');
  const r5 = await create('p4');
  const r6 = await create('p5');
  const r7 = await target.bind('first', 'bar', 'fake-node');
  const r8 = await target.remove('second', 'baz');
  await target.compact(r1);
  const r9 = await target.writeElsewhere();
  return { r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10: r9 + 1_000 };
}

/** Plays the history into a target and asks every case of it. */
export function describeList(name: string, open: () => Promise<ListTarget>, level: 'registry' | 'http'): void {
  const cases = listCases.filter(([, , { match }]) => level === 'http' || match !== 'Invalid');
  describe(`list conformance: ${name}`, () => {
    let target: ListTarget;
    let revisions: Revisions;
    beforeAll(async () => {
      target = await open();
      revisions = await seed(target);
    });
    afterAll(() => target.close());

    const ask = async (_: string, __: string, ask: ListQuestion, wanted: ListExpectation): Promise<void> =>
      check(ask, wanted, revisions, await target.list(requestOf(ask, revisions)));
    const [waiting, answered] = [true, false].map((late) =>
      cases.filter(([, , , { error }]) => (error === 504) === late),
    );
    test.each(answered ?? [])('%s %s', ask);
    // Last: on a store that cannot tell its progress, waiting for what never comes moves the present on.
    test.each(waiting ?? [])('%s %s', ask);
  });
}

function requestOf(
  { namespace = '', rv, match, limit, token, fields }: ListQuestion,
  revisions: Revisions,
): ListRequest {
  return {
    namespace,
    resourceVersion: rv === undefined ? '' : versionText(rv, revisions),
    resourceVersionMatch: match ?? '',
    limit: limit ?? 0,
    continue: token === undefined ? '' : tokenText(token, namespace, revisions),
    fieldSelector: fields ?? '',
  };
}

const isName = (text: string, revisions: Revisions): text is RevisionName => Object.hasOwn(revisions, text);

function versionText(rv: NonNullable<ListQuestion['rv']>, revisions: Revisions): string {
  if (rv === 'MaxInt64') return '9223372036854775807';
  return isName(rv, revisions) ? String(revisions[rv]) : rv;
}

/** As Kubernetes encodes it. */
function tokenText({ start, at }: TokenText, namespace: string, revisions: Revisions): string {
  const rv = typeof at === 'number' ? at : revisions[at];
  const json = JSON.stringify({ v: 'meta.k8s.io/v1', rv, start: startText(start, namespace) });
  return Buffer.from(json).toString('base64url');
}

function startText(start: string, namespace: string): string {
  if (!start.startsWith('after:')) return start;
  const pod = seedPods[start.slice('after:'.length) as PodName];
  return `${namespace === '' ? `${pod.namespace}/` : ''}${pod.name}\0`;
}

/** Tokens are compared by what they say, so that the order of fields in them does not matter. */
const decoded = (token: string): unknown =>
  token === '' ? '' : JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));

function check(ask: ListQuestion, wanted: ListExpectation, revisions: Revisions, answer: ListAnswer): void {
  if (wanted.error !== undefined) {
    expect(answer.code).toBe(wanted.error);
    if (wanted.goesOn !== true) return;
    const token = { start: ask.token?.start ?? '', at: -1 } as const;
    expect(decoded(answer.continue)).toEqual(decoded(tokenText(token, ask.namespace ?? '', revisions)));
    return;
  }
  expect(answer.code).toBe(200);
  const items = answer.items.map((item) => `${item.namespace}/${item.name}@${item.resourceVersion}`);
  const listed = (pods: readonly PodName[]) =>
    pods.map((pod) => `${seedPods[pod].namespace}/${seedPods[pod].name}@${revisions[seedPods[pod].at]}`);
  if (wanted.items !== undefined) expect(items).toEqual(listed(wanted.items));
  if (wanted.oneOf !== undefined) expect(wanted.oneOf.map(listed)).toContainEqual(items);

  const revision = Number(answer.resourceVersion);
  expect(revision).toBeGreaterThan(0);
  if (wanted.rv !== undefined) expect(revision).toBe(revisions[wanted.rv]);
  if (wanted.atLeast !== undefined) expect(revision).toBeGreaterThanOrEqual(revisions[wanted.atLeast]);

  if (wanted.next === 'some') expect(answer.continue).not.toBe('');
  else if (wanted.next === undefined || wanted.next === 'none') expect(answer.continue).toBe('');
  else expect(decoded(answer.continue)).toEqual(decoded(tokenText(wanted.next, ask.namespace ?? '', revisions)));
  expect(answer.remainingItemCount).toBe(wanted.remaining);
}
