import { describe, expect, test } from 'vitest';
import { hostileBed } from '../support/hostile-bed.ts';
import { RawClient } from '../support/raw-client.ts';

const bed = hostileBed();
const collection = '/api/v1/namespaces/default/configmaps';

/** Sends a body under an offer of another protocol, as Java's and curl's clients do, and gives the answer's status. */
async function offering(protocol: string, line: string, body: string): Promise<number> {
  const client = await RawClient.connect(bed.plainPort);
  const offer = `Connection: Upgrade, HTTP2-Settings\nUpgrade: ${protocol}\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA`;
  const length = Buffer.byteLength(body);
  client.send(`${line} HTTP/1.1\n${offer}\nContent-Type: application/json\nContent-Length: ${length}`, body);
  const [, status] = await client.hears(/^HTTP\/1\.1 (\d{3}) /);
  client.close();
  return Number(status);
}

describe.each(['h2c', 'websocket', 'TLS/1.0, foo'])('a request that offers %s', (protocol) => {
  test('is answered as if it did not: POST, PUT and DELETE have their bodies', async () => {
    const name = `offer-${protocol.replace(/\W/g, '').toLowerCase()}`;
    const path = `${collection}/${name}`;
    const object = (value: string) => JSON.stringify({ metadata: { name }, data: { value } });
    expect(await offering(protocol, `POST ${collection}`, object('one'))).toBe(201);
    expect(await offering(protocol, `PUT ${path}`, object('two'))).toBe(200);
    expect((await bed.api.get(path)).body.data).toEqual({ value: 'two' });
    expect(await offering(protocol, `DELETE ${path}`, '{"dryRun":["All"]}')).toBe(200);
    expect(await offering(protocol, `DELETE ${path}`, '{"preconditions":{"uid":"another"}}')).toBe(409);
    expect((await bed.api.get(path)).status).toBe(200);
    expect(await offering(protocol, `GET ${collection}?watch=1&timeoutSeconds=1`, ' ')).toBe(200);
    expect(await offering(protocol, `DELETE ${path}`, '')).toBe(200);
    expect((await bed.api.get(path)).status).toBe(404);
  });
});

describe('a body that was announced and did not come', () => {
  test.each([
    ['', 'Content-Length: 18'],
    ['{"dryRun":', 'Content-Length: 18'],
    ['', 'Transfer-Encoding: chunked'],
    ['5\r\n{"dry', 'Transfer-Encoding: chunked'],
    ['', 'Connection: Upgrade\nUpgrade: h2c\nContent-Length: 18'],
  ])('%j under %j deletes nothing', async (sent, head) => {
    const name = 'half';
    await bed.api.post(collection, { metadata: { name } });
    const client = await RawClient.connect(bed.plainPort);
    client.send(`DELETE ${collection}/${name} HTTP/1.1\nContent-Type: application/json\n${head}`, sent);
    client.socket.end();
    await client.ended();
    expect(client.heard).toMatch(/^(?:HTTP\/1\.1 400 |$)/);
    expect((await bed.api.get(`${collection}/${name}`)).status).toBe(200);
  });
});
