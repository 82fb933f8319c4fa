import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usageOf } from './measure/process-usage.ts';
import { spread } from './measure/run-profile.ts';
import { populate } from './populate.ts';
import { type Backend, dataset } from './profiles.ts';
import type { ColdStart } from './report/run.ts';
import type { Certificate } from './targets/certificate.ts';
import { type CrowsnestOptions, startCrowsnest } from './targets/crowsnest.ts';
import { startEtcd } from './targets/etcd.ts';

type Case = { readonly backend: Backend; readonly objects: number };

const cases: readonly Case[] = [
  { backend: 'memory', objects: 0 },
  { backend: 'embedded', objects: 0 },
  { backend: 'embedded', objects: 10_000 },
  { backend: 'etcd', objects: 10_000 },
  { backend: 'embedded', objects: 100_000 },
  { backend: 'etcd', objects: 100_000 },
];

/** Starts the server on stores of growing size: a store is filled once, then the server is started on it `rounds` times. */
export async function measureColdStarts(
  certificate: Certificate,
  rounds: number,
  million: boolean,
  progress: (text: string) => void,
): Promise<ColdStart[]> {
  const results: ColdStart[] = [];
  const all = million ? [...cases, { backend: 'embedded' as const, objects: 1_000_000 }] : cases;
  for (const { backend, objects } of all) {
    const dataDir = mkdtempSync(join(tmpdir(), 'crowsnest-bench-start-'));
    const etcd = backend === 'etcd' ? await startEtcd() : undefined;
    const options: CrowsnestOptions = { backend, certificate, dataDir, ...(etcd && { etcdEndpoint: etcd.endpoint }) };
    progress(`cold start ${backend}: filling ${objects} objects`);
    if (objects > 0) {
      const filling = await startCrowsnest(options);
      await populate(filling.target('http'), objects);
      await filling.stop();
    }
    const ready: number[] = [];
    const resident: number[] = [];
    for (let round = 1; round <= rounds; round++) {
      progress(`cold start ${backend} on ${objects} objects, round ${round} of ${rounds}`);
      const server = await startCrowsnest(options);
      ready.push(server.readyMs);
      resident.push(usageOf(server.pid).residentBytes);
      await server.stop();
    }
    await etcd?.stop();
    rmSync(dataDir, { recursive: true, force: true });
    const storedBytes = objects * dataset.objectBytes;
    results.push({
      target: `crowsnest ${backend}`,
      objects,
      readyMs: spread(ready),
      residentBytes: spread(resident).median,
      storedBytes,
    });
  }
  return results;
}
