import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ServedVersion } from '../../src/api/served-version.ts';
import { apiVersionOf } from '../../src/machinery/gvk.ts';
import type { JsonObject } from '../../src/machinery/json-value.ts';
import { examples } from '../reference/cases/objects.ts';
import { type Random, randomOf } from '../reference/mutations.ts';
import { Api } from '../support/api.ts';
import { oneOf } from '../support/fuzzed-object.ts';
import { collectionOf, type FuzzedKind, someRequest } from '../support/fuzzed-request.ts';
import { done } from '../support/http-objects.ts';
import { WholeServer } from '../support/whole-server.ts';

/*
 * Writes of every kind, made of its schema: whatever stands in them, they are answered, and what is stored can be read,
 * watched and applied. CROWSNEST_FUZZ_WRITES: how many, 1500 if it is not said; CROWSNEST_FUZZ_SEED: which.
 */

const writes = Number(process.env['CROWSNEST_FUZZ_WRITES'] ?? 1500);
const seed = process.env['CROWSNEST_FUZZ_SEED'] ?? 'writes';
const namespace = 'fuzz';
/** What requests that change nothing may leave in memory, over all of them. */
const mostGrowthBytes = 4_000_000;

/** Errors of the server, of what the client did, that kube-apiserver answers in the same words. */
const asTheOriginal: readonly RegExp[] = [
  // A binding that binds to nothing there could be.
  /^target\.(kind|name): /,
  // A resourceVersion that is no number, of an object to be stored.
  /^strconv\.ParseUint: parsing /,
  // An applied configuration, or the object it is applied to, does not have its type.
  /^failed to create typed (patch|live) object/,
  // The object has a list whose items cannot be told apart, which updates may write.
  /^failed to create manager for existing fields/,
  // Fields are merged that the type knows and Go cannot read them as: a time that is none.
  /^failed to convert new object .* to proper version/,
];

let server: WholeServer;
let kinds: readonly FuzzedKind[];
beforeAll(async () => {
  server = await WholeServer.open();
  done(await server.api.post('/api/v1/namespaces', { metadata: { name: namespace } }));
  done(await server.api.post(`/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: 'default' } }));
  kinds = server.kinds.versions
    .filter((served): served is ServedVersion => served.stored !== undefined)
    .filter(({ verbs, kind }) => verbs.includes('create') && kind !== 'Namespace')
    .map((served) => ({ served, examples: examplesOf(served) }));
});
afterAll(() => server?.close());

const examplesOf = (served: ServedVersion): readonly JsonObject[] =>
  examples
    .map(({ object }) => object)
    .filter(({ apiVersion, kind }) => apiVersion === apiVersionOf(served) && kind === served.kind);

/** `query`: what is added to every request. @throws {Error} when an answer is none that a client should have */
async function write(random: Random, query = ''): Promise<string> {
  const { method, path, headers, body } = someRequest(oneOf(random, kinds), namespace, random);
  const url = query === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${query}`;
  const answer = await new Api(server.url).call(url, { method, headers, body });
  const said = () => `${method} ${url} ${JSON.stringify(headers)} ${String(body)}: ${answer.status} ${answer.text}`;
  const { message = '' } = (answer.body ?? {}) as { readonly message?: string };
  if (answer.status >= 500 && !asTheOriginal.some((pattern) => pattern.test(message))) throw new Error(said());
  if (answer.status >= 400 && answer.body?.code !== answer.status) throw new Error(said());
  return `${method} ${answer.status < 300 ? 'done' : 'refused'}`;
}

test('every write is answered, and all that is stored lists, watches, decodes and can be applied as it is', async () => {
  const random = randomOf(seed);
  const seen = new Map<string, number>();
  for (let count = 1; count <= writes; count++) {
    const what = await write(random);
    seen.set(what, (seen.get(what) ?? 0) + 1);
    if (count % 250 === 0 || count === writes) for (const { served } of kinds) await expectSound(served);
  }
  // Otherwise it shows nothing.
  const done = ['POST', 'PUT', 'PATCH', 'DELETE'].map((method) => seen.get(`${method} done`) ?? 0);
  expect(Math.min(...done)).toBeGreaterThan(writes / 100);
}, 600_000);

async function expectSound(served: ServedVersion): Promise<void> {
  const { api } = server;
  const collection = collectionOf(served, namespace);
  const { items } = done(await api.get(collection));
  const table = await api.get(collection, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
  expect(done(table).rows).toHaveLength(items.length);
  const watch = await server.watch(
    `${collection}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
  );
  const told = await watch.take(items.length);
  watch.close();
  const typeMeta = { kind: served.kind, apiVersion: apiVersionOf(served) };
  expect(told.map(({ object }) => object)).toEqual(items.map((item: JsonObject) => ({ ...typeMeta, ...item })));
  for (const item of items as Stored[]) {
    const path = `${collection}/${encodeURIComponent(item.metadata.name)}`;
    expect(done(await api.get(path))).toEqual({ ...typeMeta, ...item });
    await expectApplied(path, { ...typeMeta, ...item });
  }
}

type Stored = JsonObject & { metadata: JsonObject & { name: string; resourceVersion: string } };

/** An object that is applied as it was read, by somebody new, says what it said; applied again, nothing happens at all. */
async function expectApplied(path: string, read: Stored): Promise<void> {
  const { managedFields: _, resourceVersion: __, ...metadata } = read.metadata;
  const apply = () =>
    server.api.call(`${path}?fieldManager=reader&force=true`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/apply-patch+yaml' },
      body: JSON.stringify({ ...read, metadata }),
    });
  const first = await apply();
  if (first.status === 500 && asTheOriginal.some((pattern) => pattern.test(first.body.message))) return;
  const { managedFields: ___, resourceVersion, ...now } = done(first).metadata;
  expect({ ...first.body, metadata: now }).toEqual({ ...read, metadata });
  expect(done(await apply()).metadata.resourceVersion).toBe(resourceVersion);
}

test('writes that are refused, and dry runs, leave nothing in memory', async () => {
  const random = randomOf(`${seed} dry`);
  const run = async () => {
    for (let count = 0; count < Math.max(150, writes / 4); count++) await write(random, 'dryRun=All');
    return heapBytes();
  };
  await run();
  const before = await run();
  expect((await run()) - before).toBeLessThan(mostGrowthBytes);
}, 600_000);

/** What is in use, once what is not has gone. */
function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
