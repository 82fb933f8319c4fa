import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { openEmbedded } from '../../src/storage/embedded/open-embedded.ts';
import { describeStorage } from './storage.ts';

const options = { clock: realClock, logger: silentLogger };
const capabilities = { progress: true, fresh: true } as const;

describeStorage(
  'embedded, in memory',
  async () => ({ storage: await openEmbedded({ ...options, directory: ':memory:' }) }),
  capabilities,
);

describeStorage(
  'embedded, on disk',
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'crowsnest-'));
    const storage = await openEmbedded({ ...options, directory });
    return { storage, dispose: () => rm(directory, { recursive: true }) };
  },
  capabilities,
);
