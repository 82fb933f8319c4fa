import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtInKinds } from '../../src/api/built-in-kinds.ts';
import type { ServedVersion } from '../../src/api/served-version.ts';
import { type Patch, patching } from '../../src/registry/patch.ts';
import type { Updater } from '../../src/registry/rest-storage.ts';
import { configMap, parsed, RegistryFixture, refusal, revisionOf, write } from '../support/registry.ts';

/* A patch takes part in the compare-and-swap of an update. */

let fixture: RegistryFixture;
let sequence = 0;
/** A namespace of its own for each test. */
const fresh = (): string => `ns-${++sequence}`;

beforeAll(async () => {
  fixture = await RegistryFixture.open();
});
afterAll(() => fixture.close());

const served = (): ServedVersion => {
  const found = builtInKinds()
    .flatMap(({ versions }) => versions)
    .find(({ resource }) => resource === 'configmaps');
  expect.assert(found);
  return found;
};

/** `reads`: hears of each time the patch is read. */
const updater = (patch: Patch, reads = () => {}): Updater =>
  patching(
    served(),
    () => {
      reads();
      return { patch, problems: [] };
    },
    { fieldValidation: 'Strict', request: write },
  );

const patches: [string, (key: string, value: string) => Patch][] = [
  [
    'JSON Patch',
    (key, value) => ({
      type: 'json',
      operations: [{ op: 'add', path: `/data/${key}`, from: undefined, value }],
    }),
  ],
  ['JSON Merge Patch', (key, value) => ({ type: 'merge', patch: { data: { [key]: value } } })],
  ['strategic merge patch', (key, value) => ({ type: 'strategic', patch: { data: { [key]: value } } })],
];

describe.each(patches)('a %s', (_type, setting) => {
  test('that lost a race is applied to what won it, read once', async () => {
    const namespace = fresh();
    const scope = { namespace, name: 'a' };
    const store = fixture.store('configmaps');
    await store.create({ namespace }, configMap('a', { data: { first: '1' } }), write);
    const stale = await store.get(scope, '');
    await store.update(scope, '', updater(setting('second', '2')), write);
    let reads = 0;
    const counted = updater(setting('third', '3'), () => reads++);
    const patched = await fixture.storeThatBelieves('configmaps', stale).update(scope, '', counted, write);
    expect(parsed(patched)['data']).toEqual({ first: '1', second: '2', third: '3' });
    expect(reads).toBe(1);
  });

  test('that changes nothing writes nothing, whatever the cache believes', async () => {
    const namespace = fresh();
    const scope = { namespace, name: 'a' };
    const store = fixture.store('configmaps');
    await store.create({ namespace }, configMap('a', { data: { key: 'old' } }), write);
    const stale = await store.get(scope, '');
    const current = await store.update(scope, '', updater(setting('key', 'new')), write);
    const again = await fixture
      .storeThatBelieves('configmaps', stale)
      .update(scope, '', updater(setting('key', 'new')), write);
    expect(revisionOf(again)).toBe(revisionOf(current));
    expect(again.bytes).toEqual(current.bytes);
  });

  test('of what is not there is not read', async () => {
    let reads = 0;
    const missing = fixture.store('configmaps').update(
      { namespace: fresh(), name: 'nobody' },
      '',
      updater(setting('a', 'b'), () => reads++),
      write,
    );
    expect(await refusal(missing)).toMatchObject({ code: 404, message: 'configmaps "nobody" not found' });
    expect(reads).toBe(0);
  });
});

test('a patch with a resourceVersion is not tried on another state', async () => {
  const namespace = fresh();
  const scope = { namespace, name: 'a' };
  const store = fixture.store('configmaps');
  const created = await store.create({ namespace }, configMap('a', { data: { key: '1' } }), write);
  const stale = await store.get(scope, '');
  await store.update(scope, '', updater({ type: 'merge', patch: { data: { key: '2' } } }), write);
  const metadata = { resourceVersion: String(revisionOf(created)) };
  const late = fixture
    .storeThatBelieves('configmaps', stale)
    .update(scope, '', updater({ type: 'merge', patch: { metadata, data: { key: '3' } } }), write);
  expect(await refusal(late)).toMatchObject({ code: 409, reason: 'Conflict' });
  expect(parsed(await store.get(scope, ''))['data']).toEqual({ key: '2' });
});
