import { dataset } from './dataset.ts';
import { usageOf } from './measure/process-usage.ts';
import { spread } from './measure/spread.ts';
import type { Backend } from './profile.ts';
import type { ColdStart } from './report/run.ts';
import type { Certificate } from './targets/certificate.ts';
import { startCrowsnest } from './targets/crowsnest.ts';
import { startEtcd } from './targets/etcd.ts';
import { fillStore } from './targets/fill-store.ts';
import { storeFor } from './targets/fleet.ts';

type Case = { readonly backend: Backend; readonly objects: number };

const cases: readonly Case[] = [
  { backend: 'memory', objects: 0 },
  { backend: 'embedded', objects: 0 },
  { backend: 'etcd', objects: 0 },
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
    const etcd = backend === 'etcd' ? await startEtcd() : undefined;
    const store = storeFor(backend, etcd);
    progress(`cold start on ${backend}: filling ${objects} objects`);
    if (objects > 0) await fillStore(store, objects);
    const ready: number[] = [];
    const cpu: number[] = [];
    const resident: number[] = [];
    for (let round = 1; round <= rounds; round++) {
      progress(`cold start on ${backend} with ${objects} objects, round ${round} of ${rounds}`);
      const server = await startCrowsnest(store, certificate);
      const { cpuMs, residentBytes } = usageOf([server.pid]);
      ready.push(server.readyMs);
      cpu.push(cpuMs);
      resident.push(residentBytes);
      await server.stop();
    }
    await etcd?.stop();
    results.push({
      target: `crowsnest ${backend}`,
      objects,
      readyMs: spread(ready),
      cpuMs: spread(cpu),
      residentBytes: spread(resident),
      storedBytes: objects * dataset.objectBytes,
    });
  }
  return results;
}
