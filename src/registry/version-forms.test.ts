import { expect, test } from 'vitest';
import type { AskedConversion } from '../api/served-version.ts';
import { asRevision } from '../base/revision.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { encodeForClients } from '../translate/object-layout.ts';
import type { ObjectShape } from '../translate/object-shape.ts';
import { StoredObject } from '../translate/stored-object.ts';
import { ConvertedObjects } from './converted-objects.ts';
import { ConversionNeeded, VersionForms } from './version-forms.ts';

const shapeOf = (apiVersion: string): ObjectShape => ({
  kind: 'Crow',
  apiVersion,
  keyPrefix: '/crows/',
  namespaced: false,
});
const stored = shapeOf('e/v1');

const crow = (name: string): StoredObject => {
  const revision = asRevision(2);
  const bytes = encodeForClients(stored, { metadata: { name } }, revision);
  return new StoredObject({
    shape: stored,
    key: `/crows/${name}`,
    namespace: '',
    name,
    revision,
    createRevision: revision,
    bytes,
  });
};

/** Questions, each answered when the test says so. */
function forms() {
  const asked: { readonly names: readonly string[]; answer(): void; fail(): void }[] = [];
  const convert: AskedConversion['convert'] = (objects, apiVersion) =>
    new Promise((resolve, reject) => {
      asked.push({
        names: objects.map(({ metadata }) => (metadata as { name: string }).name),
        answer: () => resolve(objects.map((object): JsonObject => ({ ...object, apiVersion }))),
        fail: () => reject(new Error('no way')),
      });
    });
  const parts = { asked: { convert }, shape: shapeOf('e/v2'), storageShape: stored, memory: new ConvertedObjects() };
  return { forms: new VersionForms(parts), asked };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('those who want the same object at a time share a question, and what comes of it', async () => {
  const { forms: versions, asked } = forms();
  const both = Promise.allSettled([versions.present(crow('a')), versions.all([crow('a')])]);
  asked[0]?.fail();
  expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const again = Promise.all([versions.present(crow('a')), versions.all([crow('a'), crow('b')])]);
  await settled();
  expect(asked.map(({ names }) => names)).toEqual([['a'], ['a'], ['b']]);
  for (const question of asked) question.answer();
  const [one, all] = await again;
  expect([one.shape.apiVersion, all[0] === one]).toEqual(['e/v2', true]);
  expect(await versions.present(crow('a'))).toBe(one);
  expect(asked).toHaveLength(3);
});

test('what others asked about with it does no harm to an object', async () => {
  const { forms: versions, asked } = forms();
  const list = versions.all([crow('a'), crow('b')]).catch((error: unknown) => error);
  const one = versions.present(crow('a'));
  asked[0]?.fail();
  expect(await list).toMatchObject({ value: { key: '/crows/a', reason: 'no way' } });
  await settled();
  asked[1]?.answer();
  expect((await one).shape.apiVersion).toBe('e/v2');
  expect(asked.map(({ names }) => names)).toEqual([['a', 'b'], ['a']]);
});

test('what is needed at once is there the next time', async () => {
  const { forms: versions, asked } = forms();
  const { fromHub } = versions.conversionTo('e/v3');
  const object = (): JsonObject => ({ kind: 'Crow', apiVersion: 'e/v2', metadata: { name: 'a' } });
  let needed: unknown;
  try {
    fromHub(object());
  } catch (error) {
    needed = error;
  }
  expect(needed).toBeInstanceOf(ConversionNeeded);
  const learnt = versions.learn(needed as ConversionNeeded);
  asked[0]?.answer();
  await learnt;
  expect(fromHub(object())).toEqual({ ...object(), apiVersion: 'e/v3' });
});
