import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { realClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { asRevision } from '../../src/base/revision.ts';
import { openEmbedded } from '../../src/storage/embedded/open-embedded.ts';
import { broken, type Change } from '../model/guarantees.ts';
import { ChildLines } from '../support/child-lines.ts';
import { refusal, whole } from './storage/bed.ts';
import { WatchRecorder } from './storage/watch-recorder.ts';

const writerFile = new URL('../support/embedded-writer.ts', import.meta.url);

const changeOf = (line: string): Change => {
  const [revision, key = '', value] = line.split(' ');
  return { revision: Number(revision), key, what: value === undefined ? 'delete' : `put ${value}` };
};

describe('embedded storage and its process', () => {
  let directory: string;
  const children: ChildLines[] = [];

  const child = (mode: 'once' | 'forever'): ChildLines => {
    const started = new ChildLines(writerFile, [directory, mode]);
    children.push(started);
    return started;
  };
  const open = () => openEmbedded({ directory, clock: realClock, logger: silentLogger });

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'crowsnest-'));
  });

  afterEach(async () => {
    for (const one of children.splice(0)) {
      one.process.kill('SIGKILL');
      await one.ended;
    }
    await rm(directory, { recursive: true });
  });

  test('a process that has closed its storage ends by itself, and leaves no lock', async () => {
    const writer = child('once');
    expect(await writer.ended).toBe(0);
    expect([writer.lines[0], writer.lines.at(-1), writer.lines.length]).toEqual(['open', 'done', 2 + 16 * 3]);
    const storage = await open();
    expect(await storage.currentRevision()).toBe(1 + 16 * 3);
    await storage.close();
  }, 60_000);

  test('a directory that another process has open is refused, and says by which', async () => {
    const writer = child('forever');
    await writer.said(2);
    const error = await refusal(open());
    expect(error.code).toBe('denied');
    expect(error.message).toContain(directory);
    expect(error.message).toContain(`process ${writer.process.pid}`);
    expect(writer.process.exitCode).toBeNull();
  }, 60_000);

  test('kill -9 among writes loses nothing acknowledged, and the next process opens at once', async () => {
    const acknowledged: Change[] = [];
    for (const lines of [50, 700, 211, 1500]) {
      const writer = child('forever');
      await writer.said(lines);
      writer.process.kill('SIGKILL');
      expect(await writer.ended).toBe('SIGKILL');
      acknowledged.push(...writer.lines.slice(1).map(changeOf));

      const storage = await open();
      const revision = await storage.currentRevision();
      const watch = new WatchRecorder(1);
      storage.watch('/writer/', asRevision(1), watch);
      if (revision > 1) await watch.reached(revision);
      const history = watch.record.batches.flat();
      // What was acknowledged is a part of history; history may have more, written but not yet acknowledged.
      const kept = new Set(history.map(({ revision: at, key, what }) => `${at} ${key} ${what}`));
      expect(acknowledged.filter(({ revision: at, key, what }) => !kept.has(`${at} ${key} ${what}`))).toEqual([]);
      expect(history.map(({ revision: at }) => at)).toEqual(Array.from({ length: revision - 1 }, (_, i) => i + 2));
      expect(broken(watch.record, history)).toEqual([]);

      const latest = new Map(history.map(({ key, what }) => [key, what]));
      const { items } = await storage.range(whole('/writer/'));
      const live = [...latest].filter(([, what]) => what !== 'delete').sort(([a], [b]) => (a < b ? -1 : 1));
      expect(items.map(({ key, value }) => [key, `put ${value.toString()}`])).toEqual(live);
      await storage.close();
    }
    expect(acknowledged.length).toBeGreaterThan(2_400);
  }, 120_000);

  test('while it is open the directory tells its process', async () => {
    const storage = await open();
    expect(await readFile(join(directory, 'pid'), 'utf8')).toBe(`${process.pid}\n`);
    await storage.close();
    await expect(readFile(join(directory, 'pid'))).rejects.toThrow('ENOENT');
  });
});
