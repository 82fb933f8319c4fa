import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { builtInKinds } from '../../src/api/built-in-kinds.ts';
import { serviceRangesOf } from '../../src/api/core/service-ranges.ts';
import type { JsonObject } from '../../src/machinery/json-value.ts';
import { readyRanges } from '../../src/server/ready-ranges.ts';
import { deletion, RegistryFixture, refusal, write } from '../support/registry.ts';
import { createService } from '../support/services.ts';

let fixture: RegistryFixture;

beforeEach(async () => {
  const ready = readyRanges(() => fixture.of('servicecidrs'));
  const kinds = builtInKinds({ serviceRanges: { ...serviceRangesOf('10.9.0.0/30', '30000-30099'), ready } });
  fixture = await RegistryFixture.open({ kinds });
});

afterEach(() => fixture.close());

const addRange = (name: string, cidr: string) =>
  fixture.store('servicecidrs').create({ namespace: '' }, { metadata: { name }, spec: { cidrs: [cidr] } }, write);

const say = (name: string, status: string) => {
  const condition = { type: 'Ready', status, reason: '', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' };
  const change = (old: JsonObject): JsonObject => ({ ...old, status: { conditions: [condition] } });
  return fixture.store('servicecidrs').update({ namespace: '', name }, 'status', change, write);
};

const create = (name: string, spec?: JsonObject) => createService(fixture, name, spec);

describe('ranges of addresses of services, as objects', () => {
  test('without a range nothing can be given', async () => {
    expect((await refusal(create('s'))).message).toMatch(/range is full$/);
    expect((await refusal(create('s', { clusterIP: '10.9.0.1' }))).message).toMatch(
      /does not match the current range$/,
    );
  });

  test('a range that is added gives more as soon as it is there', async () => {
    await addRange('kubernetes', '10.9.0.0/30');
    expect(new Set([await create('a'), await create('b')])).toEqual(new Set(['10.9.0.1', '10.9.0.2']));
    expect((await refusal(create('c'))).message).toMatch(/range is full$/);
    await addRange('more', '10.8.0.0/30');
    expect(await create('c')).toMatch(/^10\.8\.0\.[12]$/);
    expect(await create('d', { clusterIP: '10.8.0.1' }).catch(() => create('d', { clusterIP: '10.8.0.2' }))).toMatch(
      /^10\.8\.0\.[12]$/,
    );
  });

  test('one that says that it is not ready, and one that goes, gives nothing', async () => {
    await addRange('kubernetes', '10.9.0.0/30');
    await say('kubernetes', 'False');
    expect((await refusal(create('a'))).message).toMatch(/range is full$/);
    await say('kubernetes', 'True');
    expect(await create('a')).toMatch(/^10\.9\.0\.[12]$/);
    await fixture.store('servicecidrs').delete({ namespace: '', name: 'kubernetes' }, deletion(), write);
    expect((await refusal(create('b'))).message).toMatch(/range is full$/);
  });
});
