import { describe, expect, test } from 'vitest';
import { acceptsGzip } from './media-type.ts';

describe('endpoints/media-type: Accept-Encoding', () => {
  test.each(['gzip', ' gzip ', 'deflate, gzip', 'gzip,deflate,br', 'br;q=1.0,gzip , *;q=0'])(
    '%j takes gzip',
    (header) => {
      expect(acceptsGzip(header)).toBe(true);
    },
  );

  test.each([undefined, '', '*', 'identity', 'GZIP', 'x-gzip', 'gzip;q=0', 'gzip;q=1', 'gzip ;q=0.5', 'deflate, br'])(
    '%j does not: nothing but the bare token counts, as in the original',
    (header) => {
      expect(acceptsGzip(header)).toBe(false);
    },
  );
});
