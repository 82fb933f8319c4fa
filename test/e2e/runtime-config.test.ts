import { expect, test } from 'vitest';
import { realClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { configFromValues } from '../../src/config/config.ts';
import { openStorage } from '../../src/server/open-storage.ts';
import { PrometheusMeter } from '../../src/server/prometheus-meter.ts';
import { startServer } from '../../src/server/start-server.ts';
import { done } from '../support/http-objects.ts';
import { WholeServer } from '../support/whole-server.ts';

const served = async ({ api }: WholeServer, path: string): Promise<string[]> => {
  const { resources = [] } = (await api.get(path)).body as unknown as { resources?: { name: string }[] };
  return resources.map(({ name }) => name);
};

test('what is off is found nowhere, and what was stored of it is there again when it is on', async () => {
  const meter = new PrometheusMeter(realClock, false);
  const parts = { clock: realClock, logger: silentLogger, meter, random: Math.random };
  const storage = await openStorage(configFromValues({ memory: true }), parts);
  const path = '/api/v1/namespaces/default/configmaps';
  const open = (runtimeConfig: readonly string[]) => WholeServer.open({ storage, config: { runtimeConfig } });
  try {
    const before = await open([]);
    done(await before.api.post(path, { metadata: { name: 'kept' } }));
    await before.close();

    const off = await open(['/v1/configmaps=false', 'apps/v1=false', 'authorization.k8s.io/v1=false']);
    expect((await off.api.get(path)).status).toBe(404);
    expect((await off.api.get('/apis/apps/v1/deployments')).status).toBe(404);
    expect((await off.api.get('/apis/apps')).status).toBe(404);
    expect((await off.api.post('/apis/authorization.k8s.io/v1/subjectaccessreviews', {})).status).toBe(404);
    expect(await served(off, '/api/v1')).not.toContain('configmaps');
    expect(await served(off, '/api/v1')).toContain('secrets');
    const { paths } = (await off.api.get('/openapi/v3')).body as unknown as { paths: object };
    expect(Object.keys(paths)).not.toContain('apis/apps/v1');
    await off.close();

    const after = await open(['api/all=false', 'v1=true']);
    expect((await after.api.get(`${path}/kept`)).status).toBe(200);
    expect((await after.api.get('/apis/apps/v1/deployments')).status).toBe(404);
    await after.close();
  } finally {
    await storage.close();
  }
});

test('what cannot be meant, or nobody has heard of, is refused at the start', async () => {
  const start = (...runtimeConfig: string[]) => startServer({ runtimeConfig });
  await expect(start('apps/v9=true', 'foo/v1=true')).rejects.toThrow(
    '--runtime-config: group version apps/v9 that has not been registered, unknown api groups foo/v1',
  );
  await expect(start('api/all=false')).rejects.toThrow('invalid runtime-config with only api/all=false');
});
