import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { coldStartCases } from '../profiles/cold-starts.ts';
import { coldStart } from '../profiles.ts';
import { scratchFolder } from '../scratch.ts';
import type { Certificate } from '../targets/certificate.ts';
import { startCrowsnest } from '../targets/crowsnest.ts';
import { startEtcd } from '../targets/etcd.ts';
import { fillStore } from '../targets/fill-store.ts';
import { storeFor } from '../targets/fleet.ts';
import type { CpuProfile } from './cpu-profile.ts';
import type { Flame } from './flame.ts';

/** A start is over before an inspector is connected, so Node writes its profile itself: from the start to the stop after it. */
export async function startFlames(certificate: Certificate, progress: (text: string) => void): Promise<Flame[]> {
  const flames: Flame[] = [];
  for (const { backend, objects } of coldStartCases(false)) {
    if (backend === 'floor') continue;
    progress(`cold start on ${backend} with ${objects} objects, under the profiler`);
    const etcd = backend === 'etcd' ? await startEtcd() : undefined;
    const store = storeFor(backend, etcd);
    if (objects > 0) await fillStore(store, objects);
    const folder = scratchFolder('profile');
    const server = await startCrowsnest(store, certificate, ['--cpu-prof', '--cpu-prof-dir', folder]);
    await server.stop();
    await etcd?.stop();
    flames.push({
      profile: coldStart,
      variant: `${objects.toLocaleString('en')} objects`,
      target: `crowsnest ${backend}`,
      operation: 'start and stop',
      threads: readdirSync(folder).map((file) => ({
        thread: threadOf(file),
        profile: JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile,
      })),
      syscalls: null,
      wrong: [],
    });
  }
  return flames;
}

/** Node's names for them: CPU.DATE.TIME.PID.THREAD.SEQUENCE.cpuprofile. */
function threadOf(file: string): string {
  const thread = file.split('.').at(-3);
  return thread === '0' ? 'main thread' : `worker ${thread}`;
}
