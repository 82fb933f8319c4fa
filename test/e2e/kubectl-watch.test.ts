import { expect, test } from 'vitest';
import { describeKubectl } from '../support/kubectl-bed.ts';

const configMap = (name: string, labels: Record<string, string>, data: Record<string, string> = {}) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data });

/** `ADDED before 0 3s` without the age, which no test can know. */
const withoutAge = (line: string): string => line.trim().split(/ +/).slice(0, -1).join(' ');

describeKubectl('kubectl watches', (bed) => {
  const create = (inNamespace: readonly string[], object: string) =>
    bed.kubectl.run(['create', ...inNamespace, '-f', '-'], object);
  const replace = (inNamespace: readonly string[], object: string) =>
    bed.kubectl.run(['replace', ...inNamespace, '-f', '-'], object);

  test('get --watch shows what is there, then every change as it happens', async () => {
    const inNamespace = await bed.newNamespace();
    await create(inNamespace, configMap('before', {}));
    const watch = bed.kubectl.start(['get', 'cm', ...inNamespace, '--watch', '--output-watch-events']);
    expect((await watch.firstLines(2)).map((line) => line.split(/ +/).slice(0, 3))).toEqual([
      ['EVENT', 'NAME', 'DATA'],
      ['ADDED', 'before', '0'],
    ]);
    // Each is waited for before the next is caused: nothing is held back until more comes.
    await create(inNamespace, configMap('after', {}));
    await watch.line(/^ADDED +after +0/);
    await replace(inNamespace, configMap('after', {}, { a: 'b' }));
    await watch.line(/^MODIFIED +after +1/);
    await bed.kubectl.run(['delete', 'cm', 'after', ...inNamespace]);
    await watch.line(/^DELETED +after +1/);
    await watch.stop();
    expect(watch.lines.slice(1).map(withoutAge)).toEqual([
      'ADDED before 0',
      'ADDED after 0',
      'MODIFIED after 1',
      'DELETED after 1',
    ]);
  });

  test('get --watch of a table has one row for each change, and --watch-only nothing else', async () => {
    const inNamespace = await bed.newNamespace();
    await create(inNamespace, configMap('old', {}));
    const all = bed.kubectl.start(['get', 'cm', ...inNamespace, '-w']);
    await all.line(/^old/);
    const changes = bed.kubectl.start(['get', 'cm', ...inNamespace, '--watch-only', '-v=6']);
    await changes.watching();
    await create(inNamespace, configMap('new', {}));
    await replace(inNamespace, configMap('new', {}, { a: 'b', c: 'd' }));
    await bed.kubectl.run(['delete', 'cm', 'new', ...inNamespace]);
    expect((await all.firstLines(5)).map(withoutAge)).toEqual(['NAME DATA', 'old 0', 'new 0', 'new 2', 'new 2']);
    expect((await changes.firstLines(4)).map(withoutAge)).toEqual(['NAME DATA', 'new 0', 'new 2', 'new 2']);
    await all.stop();
    await changes.stop();
  });

  test('a selector decides what is seen: what begins to match is added, what no longer matches is deleted', async () => {
    const inNamespace = await bed.newNamespace();
    const format = '-o=jsonpath={.type} {.object.metadata.name} {.object.data}{"\\n"}';
    const flags = ['-l', 'side=left', '-w', '--output-watch-events', format, '-v=6'];
    const watch = bed.kubectl.start(['get', 'cm', ...inNamespace, ...flags]);
    await watch.watching();
    await create(inNamespace, configMap('moves', { side: 'right' }));
    await create(inNamespace, configMap('stays', { side: 'left' }));
    await replace(inNamespace, configMap('moves', { side: 'left' }));
    await replace(inNamespace, configMap('moves', { side: 'left' }, { a: 'b' }));
    await replace(inNamespace, configMap('moves', { side: 'right' }, { c: 'd' }));
    // What no longer matches is told as it was when it did.
    expect((await watch.firstLines(4)).map((line) => line.trim())).toEqual([
      'ADDED stays',
      'ADDED moves',
      'MODIFIED moves {"a":"b"}',
      'DELETED moves {"a":"b"}',
    ]);
    await watch.stop();
  });

  test('one object by its name, as names and as JSON, over all namespaces or one', async () => {
    const inNamespace = await bed.newNamespace();
    const [, namespace] = inNamespace;
    await create(inNamespace, configMap('one', {}));
    const one = bed.kubectl.start(['get', 'cm', 'one', ...inNamespace, '-w', '-o', 'jsonpath={.data.a}{"\\n"}']);
    const everywhere = bed.kubectl.start(['get', 'cm', '-A', '-w', `--field-selector=metadata.namespace=${namespace}`]);
    await one.firstLines(1);
    await everywhere.line(/ one /);
    await create(inNamespace, configMap('two', {}));
    await replace(inNamespace, configMap('one', {}, { a: 'changed' }));
    expect(await one.firstLines(2)).toEqual(['', 'changed']);
    expect((await everywhere.firstLines(4)).map(withoutAge)).toEqual([
      'NAMESPACE NAME DATA',
      `${namespace} one 0`,
      `${namespace} two 0`,
      `${namespace} one 1`,
    ]);
    await one.stop();
    await everywhere.stop();
  });

  test('wait --for=delete ends when the object is gone, and delete waits by itself', async () => {
    const inNamespace = await bed.newNamespace();
    const finalized = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kept', finalizers: ['example.com/keep'] },
    };
    await create(inNamespace, JSON.stringify(finalized));
    const waiting = bed.kubectl.start(['wait', '--for=delete', 'configmap/kept', '-v=6', ...inNamespace]);
    await waiting.watching();
    const deleting = bed.kubectl.start(['delete', 'configmap', 'kept', '-v=6', ...inNamespace]);
    await deleting.watching();
    await replace(inNamespace, JSON.stringify({ ...finalized, metadata: { name: 'kept', finalizers: [] } }));
    expect(await waiting.ended).toBe(0);
    expect(await deleting.ended).toBe(0);
    expect((await bed.kubectl.try(['get', 'cm', 'kept', ...inNamespace])).code).toBe(1);
  });

  test('wait ends when a condition holds, or a field has a value (since 1.23)', async () => {
    const inNamespace = await bed.newNamespace();
    const [, namespace] = inNamespace;
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    };
    await create(inNamespace, JSON.stringify(pod));
    const conditions = [{ type: 'Ready', status: 'True' }];
    const path = `/api/v1/namespaces/${namespace}/pods/p/status`;
    const ready = bed.kubectl.start(['wait', '--for=condition=Ready', 'pod/p', '-v=6', ...inNamespace]);
    await ready.watching();
    const running =
      bed.program.minor < 23
        ? undefined
        : bed.kubectl.start(['wait', '--for=jsonpath={.status.phase}=Running', 'pod/p', '-v=6', ...inNamespace]);
    await running?.watching();
    const status = JSON.stringify({ ...pod, status: { phase: 'Running', conditions } });
    await bed.kubectl.run(['replace', '--raw', path, '-f', '-'], status);
    expect(await ready.ended).toBe(0);
    expect(ready.lines).toContain('pod/p condition met');
    expect((await running?.ended) ?? 0).toBe(0);
  });
});
