import { dataset } from './dataset.ts';
import type { ColdStart } from './measure/cold-start.ts';
import { usageOf } from './measure/process-usage.ts';
import { spread } from './measure/spread.ts';
import { coldStartCases } from './profiles/cold-starts.ts';
import { startBareNode } from './targets/bare-node.ts';
import type { Certificate } from './targets/certificate.ts';
import { startCrowsnest } from './targets/crowsnest.ts';
import { startEtcd } from './targets/etcd.ts';
import { fillStore } from './targets/fill-store.ts';
import { storeFor } from './targets/fleet.ts';

/** Starts Node alone, then the server on stores of growing size: a store is filled once, then the server is started on it `rounds` times. */
export async function measureColdStarts(
  certificate: Certificate,
  rounds: number,
  million: boolean,
  progress: (text: string) => void,
): Promise<ColdStart[]> {
  const results: ColdStart[] = [];
  for (const { backend, objects } of coldStartCases(million)) {
    const etcd = backend === 'etcd' ? await startEtcd() : undefined;
    const store = backend === 'floor' ? undefined : storeFor(backend, etcd);
    if (store !== undefined && objects > 0) {
      progress(`cold start on ${backend}: filling ${objects} objects`);
      await fillStore(store, objects);
    }
    const ready: number[] = [];
    const cpu: number[] = [];
    const resident: number[] = [];
    for (let round = 1; round <= rounds; round++) {
      progress(`cold start on ${backend} with ${objects} objects, round ${round} of ${rounds}`);
      const server = await (store === undefined ? startBareNode() : startCrowsnest(store, certificate));
      const { cpuMs, residentBytes } = usageOf([server.pid]);
      ready.push(server.readyMs);
      cpu.push(cpuMs);
      resident.push(residentBytes);
      await server.stop();
    }
    await etcd?.stop();
    results.push({
      target: backend === 'floor' ? backend : `crowsnest ${backend}`,
      backend,
      objects,
      rounds,
      readyMs: spread(ready),
      cpuMs: spread(cpu),
      residentBytes: spread(resident),
      storedBytes: objects * dataset.objectBytes,
    });
  }
  return results;
}
