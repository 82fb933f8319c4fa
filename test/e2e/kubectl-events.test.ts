import { expect, test } from 'vitest';
import { describeKubectl } from '../support/kubectl-bed.ts';

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
/** Cells of a row: kubectl puts three spaces between them. */
const cells = (line: string): string[] => line.trim().split(/ {2,}/);

describeKubectl('kubectl and events', (bed) => {
  const create = (inNamespace: readonly string[], ...objects: readonly object[]) =>
    bed.kubectl.run(
      ['create', ...inNamespace, '-f', '-'],
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }),
    );

  const about = (namespace: string, uid = '') => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespace,
    name: 'subject',
    uid,
  });
  const oldEvent = (namespace: string, uid = '') => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'old' },
    involvedObject: about(namespace, uid),
    reason: 'Pulled',
    message: 'It is here.',
    source: { component: 'kubelet' },
    firstTimestamp: '2024-01-01T00:00:00Z',
    lastTimestamp: '2024-01-01T00:00:01Z',
    count: 3,
    type: 'Normal',
  });
  const newEvent = (namespace: string, uid = '') => ({
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: 'new' },
    regarding: about(namespace, uid),
    reason: 'Failing',
    note: 'It fails.',
    type: 'Warning',
    eventTime: '2024-01-01T00:00:02.000001Z',
    action: 'Trying',
    reportingController: 'example.com/controller',
    reportingInstance: 'controller-1',
  });
  const subject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'subject' } };

  test('are the same under both names, in the version of each', async () => {
    const inNamespace = await bed.newNamespace();
    const [, namespace] = inNamespace;
    await create(inNamespace, oldEvent(namespace), newEvent(namespace));
    const rows = async (resource: string) =>
      lines(await bed.kubectl.run(['get', resource, ...inNamespace, '--no-headers'])).map((line) =>
        cells(line).slice(1),
      );
    const expected = [
      ['Warning', 'Failing', 'configmap/subject', 'It fails.'],
      ['Normal', 'Pulled', 'configmap/subject', 'It is here.'],
    ];
    expect(await rows('events')).toEqual(expected);
    expect(await rows('events.events.k8s.io')).toEqual(expected);
    expect(await rows('ev')).toEqual(expected);
    const fields = (resource: string, path: string) =>
      bed.kubectl.run(['get', resource, 'new', ...inNamespace, '-o', `jsonpath={.apiVersion} {${path}}`]);
    expect(await fields('events', '.message')).toBe('v1 It fails.');
    expect(await fields('events.v1.events.k8s.io', '.note')).toBe('events.k8s.io/v1 It fails.');
    const selected = await bed.kubectl.run([
      'get',
      'events.events.k8s.io',
      ...inNamespace,
      '--field-selector=regarding.kind=ConfigMap,reportingController=example.com/controller',
      '-o',
      'name',
    ]);
    expect(selected).toBe('event.events.k8s.io/new\n');
  });

  test('kubectl events tells them by time, of one object too, and goes on', async () => {
    const inNamespace = await bed.newNamespace();
    const [, namespace] = inNamespace;
    await create(inNamespace, subject, oldEvent(namespace), newEvent(namespace));
    const told = lines(await bed.kubectl.run(['events', ...inNamespace, '--no-headers']));
    expect(told.map((line) => cells(line).slice(1))).toEqual([
      ['Normal', 'Pulled', 'ConfigMap/subject', 'It is here.'],
      ['Warning', 'Failing', 'ConfigMap/subject', 'It fails.'],
    ]);
    const ofOne = await bed.kubectl.run(['events', ...inNamespace, '--for=configmap/subject', '--types=Warning']);
    expect(lines(ofOne)).toHaveLength(2);
    const watch = bed.kubectl.start(['events', ...inNamespace, '--watch']);
    await watch.firstLines(3);
    await create(inNamespace, { ...newEvent(namespace), metadata: { name: 'later' }, reason: 'Later' });
    await watch.line(/Later/);
    await watch.stop();
  });

  test('describe tells the events of an object, whichever version they were written in', async () => {
    const inNamespace = await bed.newNamespace();
    const [, namespace] = inNamespace;
    await create(inNamespace, subject);
    const uid = await bed.kubectl.run(['get', 'configmap/subject', ...inNamespace, '-o', 'jsonpath={.metadata.uid}']);
    await create(inNamespace, oldEvent(namespace, uid), newEvent(namespace, uid));
    const described = await bed.kubectl.run(['describe', 'configmap', 'subject', ...inNamespace]);
    expect(described).toMatch(/\n +Normal +Pulled +.* kubelet +It is here\.\n/);
    expect(described).toMatch(/\n +Warning +Failing +.* example\.com\/controller +It fails\.\n/);
    const event = await bed.kubectl.run(['describe', 'events.events.k8s.io', 'new', ...inNamespace]);
    expect(event).toMatch(/^Name: +new\n/);
    expect(event).toContain('Note:                  It fails.\n');
  });

  test('get -w under both names sees what is written under either', async () => {
    const inNamespace = await bed.newNamespace();
    const [, namespace] = inNamespace;
    const watches = ['events', 'events.events.k8s.io'].map((resource) =>
      bed.kubectl.start(['get', resource, ...inNamespace, '--watch-only', '--no-headers', '-v=6']),
    );
    for (const watch of watches) await watch.watching();
    await create(inNamespace, oldEvent(namespace), newEvent(namespace));
    for (const watch of watches) {
      const seen = await watch.firstLines(2);
      expect(seen.map((line) => cells(line).slice(1, 3))).toEqual([
        ['Normal', 'Pulled'],
        ['Warning', 'Failing'],
      ]);
      await watch.stop();
    }
  });

  test('explain knows the fields of each version', async () => {
    const explained = await bed.kubectl.run(['explain', 'events', '--api-version=events.k8s.io/v1']);
    expect(explained).toContain('GROUP:      events.k8s.io\nKIND:       Event\nVERSION:    v1\n');
    for (const field of ['deprecatedSource', 'note', 'regarding', 'reportingController']) {
      expect(explained).toMatch(new RegExp(`\\n +${field}\\t`));
    }
    const core = await bed.kubectl.run(['explain', 'events']);
    expect(core).toMatch(/\n {2}involvedObject\t/);
    expect(core).not.toMatch(/\n {2}regarding\t/);
  });
});
