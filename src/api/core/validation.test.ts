import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { occasion } from '../../../test/support/occasion.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { decode } from '../../machinery/schema/decoder.ts';
import { kubernetesSchema } from '../../machinery/schema/kubernetes-schema.ts';
import { builtInKinds } from '../built-in-kinds.ts';
import type { StoredKind } from '../stored-kind.ts';
import type { Pool } from '../strategy/allocation.ts';
import type { Strategy } from '../strategy/strategy.ts';

/** What kube-apiserver 1.37.2 said to each object, cause by cause. */
interface Cases {
  readonly create: readonly { readonly resource: string; readonly object: JsonObject; readonly causes: string[] }[];
  readonly update: readonly {
    readonly resource: string;
    readonly subresource: string;
    readonly old: JsonObject;
    readonly object: JsonObject;
    readonly causes: string[];
  }[];
}

const cases = JSON.parse(readFileSync(new URL('./validation-cases.json', import.meta.url), 'utf8')) as Cases;

function storedOf(resource: string) {
  const kind = builtInKinds().find(({ stored }) => stored.resource === resource);
  if (kind === undefined) throw new Error(`no resource ${resource}`);
  return kind.stored;
}

const pool: Pool = {
  dryRun: true,
  take: () => Promise.resolve(true),
  settled: () => Promise.resolve(),
  random: () => 0,
};
const texts = (errors: readonly { readonly field: string; readonly message: string }[]): string[] => [
  ...new Set(errors.map(({ field, message }) => `${field}: ${message}`)),
];

/** As a request brings it. */
function decoded({ kind, group, version }: StoredKind, object: JsonObject): JsonObject {
  const schema = kubernetesSchema().byKind({ group, version }, kind);
  if (schema === undefined) throw new Error(`no schema of ${kind}`);
  return decode(schema, { metadata: { name: 'rec' }, ...object }).object;
}

/** As far as the strategy comes on its own. */
async function prepared(strategy: Strategy, object: JsonObject, old?: JsonObject) {
  strategy.setDefaults(object);
  const errors = (await strategy.allocation?.allocate(object, old, pool)) ?? [];
  if (errors.length === 0 && old === undefined) strategy.prepareForCreate(object, occasion);
  return errors;
}

describe('what is wrong with a new object', () => {
  test.each(cases.create)('$resource $object', async ({ resource, object, causes }) => {
    const stored = storedOf(resource);
    const { strategy, group, version } = stored;
    const next = decoded(stored, object);
    const wrong = await prepared(strategy, next);
    if (wrong.length > 0) return expect(texts(wrong)).toEqual(causes);
    const checks = { requested: { group, version }, metadataErrors: () => [] };
    expect(texts(strategy.validateCreate(next, checks))).toEqual(causes);
  });
});

describe('what is wrong with a change', () => {
  test.each(cases.update)('$resource $subresource $object', async ({ resource, subresource, ...given }) => {
    const stored = storedOf(resource);
    const { strategy, group, version } = stored;
    const old = decoded(stored, given.old);
    await prepared(strategy, old);
    const next = decoded(stored, given.object);
    if (subresource !== '') strategy.setDefaults(next);
    const wrong = subresource === '' ? await prepared(strategy, next, old) : [];
    if (wrong.length > 0) return expect(texts(wrong)).toEqual(given.causes);
    const path = subresource === '' ? strategy : strategy.subresources[subresource];
    if (path === undefined) throw new Error(`no ${subresource} of ${resource}`);
    path.prepareForUpdate(next, old, occasion);
    expect(texts(path.validateUpdate(next, old, { group, version }, occasion))).toEqual(given.causes);
  });
});
