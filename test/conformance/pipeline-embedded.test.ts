import { realClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { openEmbedded } from '../../src/storage/embedded/open-embedded.ts';
import { describePipeline } from './pipeline.ts';

const open = async () => {
  const storage = await openEmbedded({ directory: ':memory:', clock: realClock, logger: silentLogger });
  return { storage, writer: storage, close: () => storage.close() };
};

describePipeline('embedded', open, { cut: { missing: 'the store is in the process: there is nothing to cut' } });
