import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { realClock } from '../../base/clock.ts';
import { silentLogger } from '../../base/logger.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { selfMadeCertificate } from './self-made-certificate.ts';

const dayMs = 86_400_000;
const names = ['localhost', '127.0.0.1', '::1'];

let directory: string;
let clock: ManualClock;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'crowsnest-tls-'));
  clock = new ManualClock();
});
afterEach(() => rm(directory, { recursive: true }));

const make = (more: Partial<Parameters<typeof selfMadeCertificate>[0]> = {}) =>
  selfMadeCertificate({ directory, names, clock, logger: silentLogger, ...more });

describe('server/tls', () => {
  test('a client that trusts only its authority accepts it for localhost and both loopback addresses', async () => {
    const { certificate, privateKey, authority } = await make({ directory: undefined, clock: realClock });
    const server = createServer({ cert: certificate, key: privateKey }, (socket) => socket.end());
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    await new Promise<void>((accepted, refused) => {
      const socket = connect({ host: '127.0.0.1', port, ca: authority, servername: 'localhost' }, () => {
        socket.destroy();
        accepted();
      });
      socket.on('error', refused);
    });
    const leaf = new X509Certificate(certificate);
    expect([leaf.checkHost('localhost'), leaf.checkIP('127.0.0.1'), leaf.checkIP('::1')]).toEqual(names);
    await new Promise((closed) => server.close(closed));
  });

  test('it is kept, readable by its owner only, and used again', async () => {
    const first = await make();
    expect((await readdir(directory)).sort()).toEqual(['ca.crt', 'ca.key', 'serving.crt', 'serving.key']);
    for (const file of await readdir(directory)) {
      expect((await stat(join(directory, file))).mode & 0o777, file).toBe(0o600);
    }
    expect(await make()).toEqual(first);
  });

  test('without a directory nothing is kept', async () => {
    const first = await make({ directory: undefined });
    expect(await make({ directory: undefined })).not.toEqual(first);
    expect(await readdir(directory)).toEqual([]);
  });

  test('a leaf about to expire is renewed under the same authority', async () => {
    const first = await make();
    clock.advance(334 * dayMs);
    expect(await make()).toEqual(first);
    clock.advance(2 * dayMs);
    const second = await make();
    expect(second.authority).toBe(first.authority);
    expect(second.certificate).not.toBe(first.certificate);
    expect(new X509Certificate(second.certificate).verify(new X509Certificate(first.authority).publicKey)).toBe(true);
  });

  test('an authority about to expire is renewed with its leaf', async () => {
    const first = await make();
    clock.advance(3649 * dayMs);
    expect((await make()).authority).not.toBe(first.authority);
  });

  test('a name that the leaf lacks gives a new leaf', async () => {
    const first = await make({ names: ['localhost'] });
    const second = await make({ names: ['localhost', '127.0.0.2'] });
    expect(second.authority).toBe(first.authority);
    expect(new X509Certificate(second.certificate).checkIP('127.0.0.2')).toBe('127.0.0.2');
  });

  test.each([
    ['serving.crt', ''],
    ['serving.key', 'not a key'],
    ['ca.crt', 'x'],
    ['ca.key', ''],
  ])('a broken %s is replaced by something that works', async (file, content) => {
    await make();
    await writeFile(join(directory, file), content);
    const { certificate, authority } = await make();
    expect(new X509Certificate(certificate).checkIssued(new X509Certificate(authority))).toBe(true);
    expect(await readFile(join(directory, file), 'utf8')).not.toBe(content);
  });

  test("another pair's key is noticed", async () => {
    await make();
    const other = await make({ directory: undefined });
    await writeFile(join(directory, 'serving.key'), other.privateKey);
    await make();
    expect(await readFile(join(directory, 'serving.key'), 'utf8')).not.toBe(other.privateKey);
  });
});
