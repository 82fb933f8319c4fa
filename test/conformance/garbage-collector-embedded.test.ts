import { realClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { openEmbedded } from '../../src/storage/embedded/open-embedded.ts';
import { describeGarbageCollector } from './garbage-collector.ts';

describeGarbageCollector('embedded', async () => {
  const storage = await openEmbedded({ directory: ':memory:', clock: realClock, logger: silentLogger });
  return { storage, close: () => storage.close() };
});
