import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { silentLogger } from '../base/logger.ts';
import { createLogger } from './pino-logger.ts';

describe('server/pino-logger', () => {
  test('lines below the level are dropped, the others keep their order and fields', async () => {
    const stream = new PassThrough();
    const logger = createLogger('info', stream).with({ component: 'test' });
    logger.debug('unseen');
    logger.info('first', { port: 1 });
    logger.error('second', { error: new Error('outer', { cause: new Error('inner') }) });
    const lines: Record<string, unknown>[] = [];
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      for (const line of chunk.toString().trim().split('\n')) lines.push(JSON.parse(line) as Record<string, unknown>);
      if (lines.length >= 2) break;
    }
    expect(lines).toMatchObject([
      { level: 'info', component: 'test', msg: 'first', port: 1 },
      { level: 'error', component: 'test', msg: 'second', error: { message: 'outer', cause: { message: 'inner' } } },
    ]);
  });

  test('silent is the logger that does nothing', () => {
    expect(createLogger('silent')).toBe(silentLogger);
  });
});
