import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bookmark, ScriptedApi, type ScriptedObject, scripted } from '../../test/support/scripted-api.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { ApiClient } from './api-client.ts';
import { apiKind } from './api-kind.ts';
import type { Change } from './changes.ts';
import type { InformerOptions } from './informer.ts';

const kind = apiKind<ScriptedObject>({ apiVersion: 'example.com/v1', kind: 'Crow' });

let api: ScriptedApi;
let clock: ManualClock;
let client: ApiClient;
let told: string[];
let failures: unknown[];

beforeEach(async () => {
  api = await ScriptedApi.open();
  clock = new ManualClock();
  client = new ApiClient({ url: api.url, clock, random: () => 0.999 });
  told = [];
  failures = [];
});
afterEach(async () => {
  client.close();
  await api.close();
});

/** Its changes are told as `add a@1`. */
function informed(options: InformerOptions<ScriptedObject> = {}) {
  const informer = client.client(kind).informer({ onError: (error) => failures.push(error), ...options });
  const say = (type: string) => (object: ScriptedObject) =>
    void told.push(`${type} ${object.metadata.name}@${object.metadata.resourceVersion}`);
  informer.on({ add: say('add'), update: say('update'), delete: say('delete') });
  return informer;
}

const becomes = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
};
const isTold = (...expected: string[]) =>
  becomes(() => told.length >= expected.length).then(() => expect(told).toEqual(expected));

/** A watch that has told of `a` and `b` up to revision 5. */
async function withState() {
  const informer = informed();
  const watch = await api.next();
  watch.events(['ADDED', scripted('a', 3)], ['ADDED', scripted('b', 5)], bookmark(5, true));
  await informer.synced;
  told.length = 0;
  return { informer, watch };
}

describe('an informer', () => {
  test('begins with the state, of which it tells when it has all of it, and goes on from there', async () => {
    const informer = informed();
    const watch = await api.next();
    expect(watch.path).toBe('/apis/example.com/v1/crows');
    expect(Object.fromEntries(watch.query)).toEqual({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: '',
      resourceVersionMatch: 'NotOlderThan',
      sendInitialEvents: 'true',
      timeoutSeconds: '600',
    });
    watch.events(['ADDED', scripted('a', 3)], ['ADDED', scripted('b', 2)]);
    watch.events(['MODIFIED', scripted('a', 4)], ['DELETED', scripted('b', 5)]);
    expect([told, informer.hasSynced, informer.size]).toEqual([[], false, 0]);
    watch.events(bookmark(5, true));
    await informer.synced;
    expect([told, informer.hasSynced, informer.resourceVersion]).toEqual([['add a@4'], true, '5']);
    watch.events(['ADDED', scripted('c', 6)], ['MODIFIED', scripted('a', 7)], ['DELETED', scripted('c', 8)]);
    await isTold('add a@4', 'add c@6', 'update a@7', 'delete c@8');
    expect(informer.get('default/a')?.metadata.resourceVersion).toBe('7');
    expect(informer.list()).toEqual([scripted('a', 7)]);
    expect(informer.get('default/c')).toBeUndefined();
  });

  test('goes on after the last bookmark when the server ends the watch, or it is cut off', async () => {
    const { watch } = await withState();
    watch.events(bookmark(9)).end();
    const second = await api.next();
    expect([second.query.get('resourceVersion'), second.query.has('sendInitialEvents')]).toEqual(['9', false]);
    second.events(['MODIFIED', scripted('a', 12)]).raw('{"type":"MODI');
    await isTold('update a@12');
    second.cut();
    const third = await api.next();
    expect(third.query.get('resourceVersion')).toBe('12');
    // Being cut off is told of, and nothing that time has to pass for.
    expect([told.length, failures.length]).toEqual([1, 1]);
  });

  test.each(['refusal', 'event'])('begins anew after a 410, and tells of the difference: %s', async (how) => {
    const { informer, watch } = await withState();
    watch.end();
    const second = await api.next();
    if (how === 'refusal') second.refuse(410, 'Expired');
    else second.events(['ERROR', { kind: 'Status', code: 410, reason: 'Expired' }]).end();
    await becomes(() => informer.resourceVersion === '' || clock.pending > 0);
    clock.advance(100);
    const third = await api.next();
    expect(third.query.get('sendInitialEvents')).toBe('true');
    third.events(['ADDED', scripted('a', 3)], ['ADDED', scripted('c', 8)], ['ADDED', scripted('d', 9)]);
    third.events(bookmark(20, true));
    await isTold('add c@8', 'add d@9', 'delete b@5');
    expect(failures).toEqual([]);
  });

  test('whose state is cut off begins with it anew', async () => {
    const informer = informed();
    (await api.next()).events(['ADDED', scripted('a', 3)]).cut();
    // Whether that had come so far or not.
    await becomes(() => api.waiting + clock.pending > 0);
    clock.advance(100);
    const second = await api.next();
    expect(second.query.get('sendInitialEvents')).toBe('true');
    second.events(['ADDED', scripted('b', 4)], bookmark(5, true));
    await informer.synced;
    expect(told).toEqual(['add b@4']);
  });

  test('lists in pages where the server cannot begin a watch with the state', async () => {
    const informer = informed({ labelSelector: 'app=x', namespace: 'default' });
    (await api.next()).refuse(422, 'Invalid');
    await becomes(() => clock.pending > 0);
    clock.advance(100);
    const first = await api.next();
    expect([first.path, String(first.query)]).toEqual([
      '/apis/example.com/v1/namespaces/default/crows',
      'labelSelector=app%3Dx&limit=500',
    ]);
    first.json({ metadata: { resourceVersion: '7', continue: 'more' }, items: [scripted('a', 3)] });
    const second = await api.next();
    expect(second.query.get('continue')).toBe('more');
    second.json({ metadata: { resourceVersion: '7' }, items: [scripted('b', 4)] });
    const watch = await api.next();
    expect(watch.query.get('resourceVersion')).toBe('7');
    await informer.synced;
    expect(told).toEqual(['add a@3', 'add b@4']);
    watch.end();
    expect((await api.next()).query.get('resourceVersion')).toBe('7');
  });

  test('whose pages are forgotten asks for all at once', async () => {
    const informer = informed();
    (await api.next()).refuse(400, 'BadRequest');
    await becomes(() => clock.pending > 0);
    clock.advance(100);
    (await api.next()).json({ metadata: { resourceVersion: '7', continue: 'more' }, items: [scripted('a', 3)] });
    (await api.next()).refuse(410, 'Expired');
    const whole = await api.next();
    expect([...whole.query.keys()]).toEqual([]);
    whole.json({ metadata: { resourceVersion: '9' }, items: [scripted('b', 8)] });
    await informer.synced;
    expect(told).toEqual(['add b@8']);
  });

  test('that is refused asks again, ever later, and not before it may', async () => {
    const informer = informed();
    const pauses = [];
    for (let round = 0; round < 4; round++) {
      (await api.next()).refuse(503, 'ServiceUnavailable');
      await becomes(() => clock.pending === 1);
      const began = clock.now();
      while (clock.pending > 0) clock.advance(10);
      pauses.push(clock.now() - began);
    }
    expect(pauses).toEqual([100, 200, 400, 800]);
    (await api.next()).refuse(429, 'TooManyRequests', { retryAfterSeconds: 5 });
    await becomes(() => clock.pending === 1);
    clock.advance(4_900);
    expect(clock.pending).toBe(1);
    clock.advance(100);
    (await api.next()).events(bookmark(5, true));
    await informer.synced;
    expect(failures).toHaveLength(5);
  });

  test('whose watch ends as soon as it began does not ask again and again', async () => {
    const { watch } = await withState();
    watch.end();
    (await api.next()).events().end();
    await becomes(() => clock.pending === 1);
    expect(api.waiting).toBe(0);
    clock.advance(100);
    expect((await api.next()).query.get('resourceVersion')).toBe('5');
  });

  test('that is stopped asks for nothing more, and keeps what it has', async () => {
    const { informer, watch } = await withState();
    const closed = watch.closed;
    informer.stop();
    await closed;
    expect([informer.size, clock.pending]).toEqual([2, 0]);
    const early = informed();
    early.stop();
    await expect(early.synced).rejects.toThrow('stopped before it had everything');
  });

  test('ends with the signal that it was given, and with its client', async () => {
    const abort = new AbortController();
    const one = informed({ signal: abort.signal });
    const first = await api.next();
    const closed = first.closed;
    abort.abort();
    await expect(one.synced).rejects.toThrow('stopped');
    const other = informed();
    await api.next();
    client.close();
    await expect(other.synced).rejects.toThrow('stopped');
    await closed;
  });

  test('finds objects by what its indices say of them', async () => {
    const informer = client.client(kind).informer({ indices: { color: ({ color }) => [String(color)].flat() } });
    const watch = await api.next();
    watch.events(['ADDED', scripted('a', 1, { color: 'black' })], ['ADDED', scripted('b', 2, { color: 'grey' })]);
    watch.events(bookmark(2, true));
    await informer.synced;
    const black = () => informer.by('color', 'black').map(({ metadata }) => metadata.name);
    expect(black()).toEqual(['a']);
    watch.events(['MODIFIED', scripted('b', 3, { color: 'black' })], ['MODIFIED', scripted('a', 4, { color: 'grey' })]);
    await becomes(() => informer.resourceVersion === '4');
    expect(black()).toEqual(['b']);
    watch.events(['DELETED', scripted('b', 5, { color: 'black' })]);
    await becomes(() => informer.resourceVersion === '5');
    expect(black()).toEqual([]);
    expect(() => informer.by('size' as 'color', '1')).toThrow('there is no index "size"');
  });

  test('one handler that throws keeps nothing from the others; who comes late hears of what is there', async () => {
    const { informer, watch } = await withState();
    const late: string[] = [];
    informer.on({
      add() {
        throw new Error('no');
      },
    });
    const off = informer.on({ add: ({ metadata }) => void late.push(metadata.name) });
    expect(late).toEqual(['a', 'b']);
    off();
    watch.events(['ADDED', scripted('c', 6)]);
    await isTold('add c@6');
    expect([late.length, failures.length]).toEqual([2, 3]);
  });
});

describe('changes', () => {
  test('come as they are taken: one for each object, of all that happened to it meanwhile', async () => {
    const { informer, watch } = await withState();
    const changes = informer.changes();
    const said = ({ type, key, object }: Change<ScriptedObject>) => `${type} ${key}@${object.metadata.resourceVersion}`;
    const take = async () => {
      const { value } = await changes.next();
      return value && said(value);
    };
    expect([await take(), await take()]).toEqual(['add default/a@3', 'add default/b@5']);
    const waiting = take();
    watch.events(['MODIFIED', scripted('a', 6)]);
    expect(await waiting).toBe('update default/a@6');
    watch.events(['MODIFIED', scripted('a', 7)], ['MODIFIED', scripted('a', 8)]);
    watch.events(['ADDED', scripted('c', 9)], ['MODIFIED', scripted('c', 10)]);
    watch.events(['ADDED', scripted('d', 11)], ['DELETED', scripted('d', 12)]);
    watch.events(['DELETED', scripted('b', 13)], ['ADDED', scripted('b', 14)]);
    await becomes(() => informer.resourceVersion === '14');
    const { value } = await changes.next();
    expect(value).toMatchObject({ type: 'update', object: scripted('a', 8), previous: scripted('a', 6) });
    expect([await take(), await take()]).toEqual(['add default/c@10', 'update default/b@14']);
    const last = changes.next();
    informer.stop();
    expect(await last).toEqual({ value: undefined, done: true });
    expect((await informer.changes().next()).done).toBe(true);
  });
});

describe('reconcile', () => {
  test('works on what has changed, on one object not twice at a time, and again on what failed', async () => {
    const { informer, watch } = await withState();
    const worked: string[] = [];
    let fail = true;
    const again = informer.reconcile(async (key) => {
      worked.push(key);
      if (key === 'default/b' && fail) throw new Error('not yet');
    });
    await becomes(() => failures.length === 1);
    expect(worked).toEqual(['default/a', 'default/b']);
    fail = false;
    clock.advance(100);
    await becomes(() => worked.length === 3);
    watch.events(['DELETED', scripted('a', 6)]);
    await becomes(() => worked.length === 4);
    again('default/x');
    await becomes(() => worked.length === 5);
    expect(worked.slice(2)).toEqual(['default/b', 'default/a', 'default/x']);
    informer.stop();
    again('default/y');
    expect([worked.length, clock.pending]).toEqual([5, 0]);
  });
});
