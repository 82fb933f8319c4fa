import { realClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { openEmbedded } from '../../src/storage/embedded/open-embedded.ts';

/**
 * A process that writes to an embedded store and says on its standard output, a line each, what has been acknowledged:
 * `<revision> <key> <value>`, or `<revision> <key>` for a deletion. Then `done`, after `once`; else it goes on until it
 * is killed.
 */
const [directory = '', mode = 'once'] = process.argv.slice(2);
const rounds = mode === 'forever' ? Number.POSITIVE_INFINITY : 3;
/** Synchronous where it is a pipe: what has been said is out before the next write. */
const say = (line: string): boolean => process.stdout.write(line);

const storage = await openEmbedded({ directory, clock: realClock, logger: silentLogger });
say('open\n');

async function writer(id: number): Promise<void> {
  const key = `/writer/${id}`;
  for (let i = 0; i < rounds; i += 1) {
    const value = `${process.pid}.${id}.${i}`;
    const isDelete = i % 7 === 6;
    const { revision } = await storage.transact({
      compare: [],
      operations: isDelete ? [{ type: 'delete', key }] : [{ type: 'put', key, value: Buffer.from(value) }],
    });
    say(isDelete ? `${revision} ${key}\n` : `${revision} ${key} ${value}\n`);
  }
}

await Promise.all(Array.from({ length: 16 }, (_, id) => writer(id)));
await storage.close();
say('done\n');
