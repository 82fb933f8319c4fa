import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLogger } from '../../base/logger.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { configFromValues } from '../../config/config.ts';
import { CertificateSource } from './certificate-source.ts';
import type { ServingCertificate } from './serving-certificate.ts';

const minuteMs = 60_000;
const yearMs = 365 * 86_400_000;

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'crowsnest-tls-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

describe('server/tls/certificate-source', () => {
  test('a server that runs for long gets a new certificate under the same authority before the old one ends', async () => {
    const clock = new ManualClock();
    const source = new CertificateSource(configFromValues({ dataDir }), clock, silentLogger);
    const first = await source.load();
    const used: ServingCertificate[] = [];
    const stop = source.follow(first, (certificate) => void used.push(certificate));
    for (let month = 0; month < 13; month += 1) {
      clock.advance(yearMs / 12);
      while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    stop();
    expect(used).toHaveLength(1);
    const [second = first] = used;
    expect(second.certificate).not.toBe(first.certificate);
    expect(second.authority).toBe(first.authority);
    expect(clock.pending).toBe(0);
  });

  test('files that become unusable change nothing, and are looked at again', async () => {
    const clock = new ManualClock();
    const made = await new CertificateSource(configFromValues({ dataDir }), clock, silentLogger).load();
    const files = { tlsCertFile: join(dataDir, 'no.crt'), tlsPrivateKeyFile: join(dataDir, 'no.key') };
    const source = new CertificateSource(configFromValues({ dataDir, ...files }), clock, silentLogger);
    const used: ServingCertificate[] = [];
    const stop = source.follow(made, (certificate) => void used.push(certificate));
    clock.advance(minuteMs);
    while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(used).toEqual([]);
    stop();
    expect(clock.pending).toBe(0);
  });

  test('with --memory it is made once, and nothing is on disk to follow', async () => {
    const clock = new ManualClock();
    const source = new CertificateSource(configFromValues({ memory: true }), clock, silentLogger);
    source.follow(await source.load(), () => {});
    expect(clock.pending).toBe(0);
  });
});
