import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  becomes,
  conditionIn,
  crow,
  crowSchema,
  crows,
  crowsPath,
  crowVersion,
  define,
  definitionsPath,
  undefine,
  watchDefinition,
} from '../support/definitions.ts';
import { done, namesIn } from '../support/http-objects.ts';
import { WholeServer } from '../support/whole-server.ts';

const crowsName = 'crows.birds.example.com';

let server: WholeServer;
beforeAll(async () => {
  server = await WholeServer.open();
});
afterAll(() => server.close());
afterEach(() => undefine(server));

const asTable = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
const patch = (name: string, type: string, body: unknown, query = '') =>
  server.api.call(`${crowsPath()}/${name}${query}`, {
    method: 'PATCH',
    body: JSON.stringify(body),
    headers: { 'content-type': `application/${type}` },
  });
const change = (change: object) =>
  server.api.call(`${definitionsPath}/${crowsName}`, {
    method: 'PATCH',
    body: change,
    headers: { 'content-type': 'application/merge-patch+json' },
  });

/** Resolves with the first answer that `holds`: what is served follows a definition soon, but not in its answer. */
async function until<T>(ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> {
  const patience = AbortSignal.timeout(10_000);
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (patience.aborted) throw new Error(`still ${JSON.stringify(answer)}`);
  }
}

describe('a definition', () => {
  test('is named, served and then called established; and served in discovery and OpenAPI', async () => {
    const { status } = await define(server);
    expect(status).toMatchObject({
      acceptedNames: { plural: 'crows', singular: 'crow', kind: 'Crow', listKind: 'CrowList', shortNames: ['cw'] },
      storedVersions: ['v1'],
      conditions: [
        { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts' },
        { type: 'Established', status: 'True', reason: 'InitialNamesAccepted' },
      ],
    });
    expect(done(await server.api.get(crowsPath()))).toMatchObject({ kind: 'CrowList', items: [] });
    const { resources } = done(await server.api.get('/apis/birds.example.com/v1'));
    expect(resources.map(({ name, kind }: { name: string; kind: string }) => [name, kind])).toEqual([
      ['crows', 'Crow'],
      ['crows/status', 'Crow'],
      ['crows/scale', 'Scale'],
    ]);
    const { components, paths } = done(await server.api.get('/openapi/v3/apis/birds.example.com/v1'));
    expect(components.schemas['com.example.birds.v1.Crow'].properties.spec.properties.size).toMatchObject({
      maximum: 10,
    });
    expect(Object.keys(paths)).toContain('/apis/birds.example.com/v1/namespaces/{namespace}/crows/{name}/scale');
    const { definitions } = done(await server.api.get('/openapi/v2'));
    expect(Object.keys(definitions)).toContain('com.example.birds.v1.CrowList');
  });

  test('goes with its objects: watches end cleanly, its paths are gone, and it says meanwhile what it does', async () => {
    await define(server);
    await server.api.post(crowsPath(), crow('a'));
    await server.api.post(crowsPath(), {
      ...crow('kept'),
      metadata: { name: 'kept', finalizers: ['example.com/hold'] },
    });
    const watch = await server.watch(`${crowsPath()}?watch=true`);
    await watch.take(2);
    const ofDefinition = await watchDefinition(server, crowsName);
    done(await server.api.delete(`${definitionsPath}/${crowsName}`));
    await watch.until((events) => events.some(({ type }) => type === 'DELETED'));
    // The one that waits for its finalizer holds it.
    expect(namesIn(await server.api.get(crowsPath()))).toEqual(['kept']);
    const refused = await server.api.post(crowsPath(), crow('late'));
    expect(refused).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('create not allowed while custom resource definition is terminating') },
    });
    await patch('kept', 'merge-patch+json', { metadata: { finalizers: null } });
    server.clock.forward(5_000);
    await ofDefinition.until((events) => {
      server.clock.forward(5_000);
      return events.some(({ type }) => type === 'DELETED');
    });
    expect(
      ofDefinition.events.map(({ object }) => conditionIn(object, 'Terminating')?.reason).filter(Boolean),
    ).toContain('InstanceDeletionInProgress');
    ofDefinition.close();
    expect(await watch.end()).toBe(true);
    expect((await server.api.get(crowsPath())).status).toBe(404);
    expect((await server.api.get('/apis/birds.example.com')).status).toBe(404);
  });

  test('of a name that another one has waits for it, and gets it when the other one goes', async () => {
    await define(server);
    const rival = crows([crowVersion()], 'ravens');
    Object.assign(rival.spec?.names ?? {}, { kind: 'Crow', listKind: 'CrowList' });
    const watch = await watchDefinition(server, 'ravens.birds.example.com');
    done(await server.api.post(definitionsPath, rival));
    await watch.until((events) => events.some(({ object }) => conditionIn(object, 'NamesAccepted') !== undefined));
    const [last] = watch.events.slice(-1);
    expect(conditionIn(last?.object ?? {}, 'NamesAccepted')).toMatchObject({
      status: 'False',
      reason: 'ListKindConflict',
      message: '"CrowList" is already in use',
    });
    expect((await server.api.get('/apis/birds.example.com/v1/ravens')).status).toBe(404);
    await undefine(server);
    await becomes(watch, (present) => conditionIn(present, 'Established')?.status === 'True');
    expect((await server.api.get('/apis/birds.example.com/v1/ravens')).status).toBe(200);
    await undefine(server, 'ravens.birds.example.com');
  });

  test('with rules that do not compile, or may cost too much, is refused', async () => {
    const wrong = await server.api.post(definitionsPath, crows([withRules({ rule: 'self.size' }, { rule: 'self.' })]));
    expect(wrong.status).toBe(422);
    expect(wrong.body.message).toContain('x-kubernetes-validations[0].rule: Invalid value');
    expect(wrong.body.message).toContain('cel expression must evaluate to a bool');
    expect(wrong.body.message).toContain('ERROR: <input>:1:6: Syntax error');
    const rule = 'self.names.all(a, self.names.all(b, a == b || !a.contains(b)))';
    const costly = await server.api.post(definitionsPath, crows([withRules({ rule })]));
    expect(costly.status).toBe(422);
    expect(costly.body.message).toContain('estimated rule cost exceeds budget by factor of more than 100x');
  });

  test('of one group with what is built in, and its resource, takes nothing from it', async () => {
    const definition = crows();
    const name = 'leases.coordination.k8s.io';
    Object.assign(definition.spec ?? {}, { group: 'coordination.k8s.io', names: { plural: 'leases', kind: 'Lease' } });
    definition.metadata = { name, annotations: { 'api-approved.kubernetes.io': 'unapproved, a test' } };
    const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
    done(await server.api.post(leases, { metadata: { name: 'kept' } }));
    const defined = await define(server, definition);
    expect(conditionIn(defined, 'KubernetesAPIApprovalPolicyConformant')).toMatchObject({
      status: 'False',
      reason: 'UnapprovedAnnotation',
    });
    expect(done(await server.api.get(leases)).kind).toBe('LeaseList');
    await undefine(server, name);
    expect(namesIn(await server.api.get(leases))).toEqual(['kept']);
  });
});

/** Of the spec of crows. */
function withRules(...rules: readonly object[]) {
  const schema = crowSchema({});
  const spec = schema.properties?.['spec'] ?? {};
  Object.assign(spec, { 'x-kubernetes-validations': rules });
  Object.assign(spec.properties ?? {}, { names: { type: 'array', items: { type: 'string' } } });
  return crowVersion({ schema: { openAPIV3Schema: schema } });
}

describe('objects of a definition', () => {
  test('are held against its rules, however they are written', async () => {
    const grows = { rule: 'self.size >= oldSelf.size', message: 'never shrinks', fieldPath: '.size' };
    const small = { rule: 'self.size < 9', messageExpression: "'a ' + self.color + ' crow'" };
    await define(server, crows([withRules(grows, small)]));
    const refused = await server.api.post(crowsPath(), crow('a', { size: 9, color: 'grey' }));
    expect(refused).toMatchObject({
      status: 422,
      body: { message: 'Crow.birds.example.com "a" is invalid: spec: Invalid value: a grey crow' },
    });
    done(await server.api.post(crowsPath(), crow('a', { size: 5 })));
    const causes = [{ reason: 'FieldValueInvalid', message: 'Invalid value: never shrinks', field: 'spec.size' }];
    const smaller = { spec: { size: 4 } };
    expect(await patch('a', 'merge-patch+json', smaller)).toMatchObject({ status: 422, body: { details: { causes } } });
    const applied = { ...crow('a', { size: 4 }), apiVersion: 'birds.example.com/v1' };
    const apply = await patch('a', 'apply-patch+yaml', applied, '?fieldManager=test&force=true');
    expect(apply).toMatchObject({ status: 422, body: { details: { causes } } });
    done(await patch('a', 'merge-patch+json', { spec: { size: 6 } }));
  });

  test('stay as wrong as they were when a rule is new, and who writes them is warned', async () => {
    await define(server);
    done(await server.api.post(crowsPath(), crow('a', { size: 5 })));
    done(await change({ spec: { versions: [withRules({ rule: 'self.size > 7', message: 'too small' })] } }));
    const relabel = (value: string) => patch('a', 'merge-patch+json', { metadata: { labels: { is: value } } });
    let at = 0;
    const kept = await until(
      () => relabel(String(at++)),
      ({ headers }) => headers.get('warning') !== null,
    );
    expect(kept.status).toBe(200);
    expect(kept.headers.get('warning')).toBe('299 - "spec: Invalid value: too small"');
    expect((await patch('a', 'merge-patch+json', { spec: { size: 6 } })).status).toBe(422);
    done(await patch('a', 'merge-patch+json', { spec: { size: 8 } }));
  });

  test('are pruned and filled up, and what is wrong with them is told', async () => {
    await define(server);
    const created = await server.api.post(crowsPath(), crow('a', { color: 'grey', beak: 'long' }));
    expect(done(created)).toMatchObject({ metadata: { generation: 1 }, spec: { color: 'grey', size: 2 } });
    expect(created.body.spec).not.toHaveProperty('beak');
    expect(created.headers.get('warning')).toContain('unknown field \\"spec.beak\\"');
    const strict = await server.api.post(`${crowsPath()}?fieldValidation=Strict`, crow('b', { beak: 'long' }));
    expect(strict).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('strict decoding error: unknown field "spec.beak"') },
    });
    const wrong = await server.api.post(crowsPath(), crow('b', { color: 'pink', size: 11 }));
    expect(wrong.status).toBe(422);
    expect(wrong.body.details.causes.map(({ field }: { field: string }) => field).sort()).toEqual([
      'spec.color',
      'spec.size',
    ]);
  });

  test('have a status and a scale of their own', async () => {
    await define(server);
    const made = done(await server.api.post(crowsPath(), { ...crow('a'), status: { size: 9 } }));
    expect(made.status).toBeUndefined();
    const status = { size: 1, conditions: [{ type: 'Ready', status: 'True' }] };
    const told = done(await server.api.put(`${crowsPath()}/a/status`, { ...made, spec: { size: 5 }, status }));
    expect(told).toMatchObject({ spec: { size: 2 }, status, metadata: { generation: 1 } });
    const scale = done(await server.api.get(`${crowsPath()}/a/scale`));
    expect(scale).toMatchObject({ kind: 'Scale', spec: { replicas: 2 }, status: { replicas: 1 } });
    done(await server.api.put(`${crowsPath()}/a/scale`, { ...scale, spec: { replicas: 7 } }));
    // Who names no version means the object as it is.
    done(await server.api.put(`${crowsPath()}/a/scale`, { metadata: { name: 'a' }, spec: { replicas: 7 } }));
    expect(done(await server.api.get(`${crowsPath()}/a`))).toMatchObject({
      spec: { size: 7 },
      metadata: { generation: 2 },
    });
  });

  test('are patched by JSON and merge, applied by their schema, and not by a strategic merge', async () => {
    await define(server);
    await server.api.post(crowsPath(), crow('a', { size: 3 }));
    expect(done(await patch('a', 'merge-patch+json', { spec: { color: 'black' } })).spec).toEqual({
      size: 3,
      color: 'black',
    });
    const replaced = await patch('a', 'json-patch+json', [{ op: 'replace', path: '/spec/size', value: 4 }]);
    expect(done(replaced).spec.size).toBe(4);
    expect((await patch('a', 'strategic-merge-patch+json', { spec: { size: 5 } })).status).toBe(415);
    const config = { ...crow('a'), status: { conditions: [{ type: 'Ready', status: 'True' }] } };
    const path = `${crowsPath()}/a/status?fieldManager=`;
    const apply = (manager: string, body: unknown) =>
      server.api.call(path + manager, {
        method: 'PATCH',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/apply-patch+yaml' },
      });
    done(await apply('one', config));
    const other = { ...config, status: { conditions: [{ type: 'Synced', status: 'True' }] } };
    expect(done(await apply('two', other)).status.conditions).toHaveLength(2);
    const conflict = await apply('two', { ...config, status: { conditions: [{ type: 'Ready', status: 'False' }] } });
    expect(conflict).toMatchObject({ status: 409, body: { message: expect.stringContaining('conflict with "one"') } });
    expect(await apply('two', { ...config, status: { beak: 1 } })).toMatchObject({
      status: 500,
      body: { message: expect.stringContaining('.status.beak: field not declared in schema') },
    });
  });

  test('are selected, on lists, watches and deletions, by the fields that the definition names', async () => {
    await define(server);
    for (const [name, color] of Object.entries({ a: 'black', b: 'grey', c: 'black' }))
      await server.api.post(crowsPath(), crow(name, { color }));
    const black = 'fieldSelector=spec.color%3Dblack';
    expect(namesIn(await server.api.get(`${crowsPath()}?${black}`))).toEqual(['a', 'c']);
    const watch = await server.watch(`${crowsPath()}?watch=true&${black}`);
    await watch.take(2);
    await patch('a', 'merge-patch+json', { spec: { color: 'grey' } });
    expect(await watch.next()).toMatchObject({ type: 'DELETED', object: { metadata: { name: 'a' } } });
    watch.close();
    done(await server.api.delete(`${crowsPath()}?${black}`));
    expect(namesIn(await server.api.get(crowsPath()))).toEqual(['a', 'b']);
    expect((await server.api.get(`${crowsPath()}?fieldSelector=spec.size%3D2`)).status).toBe(400);
  });

  test('are shown in the columns that the definition has', async () => {
    await define(server);
    const made = done(await server.api.post(crowsPath(), crow('a')));
    const status = { conditions: [{ type: 'Ready', status: 'True' }] };
    await server.api.put(`${crowsPath()}/a/status`, { ...made, status });
    const { columnDefinitions, rows } = done(await server.api.get(crowsPath(), asTable));
    expect(
      columnDefinitions.map(({ name, type, priority }: Record<string, unknown>) => [name, type, priority]),
    ).toEqual([
      ['Name', 'string', 0],
      ['Size', 'integer', 0],
      ['Ready', 'string', 0],
      ['Color', 'string', 1],
    ]);
    expect(rows[0].cells).toEqual(['a', 2, 'True', null]);
  });

  test('are had in every served version, each of which knows what its schema says', async () => {
    const old = crowVersion({
      name: 'v1beta1',
      storage: false,
      deprecated: true,
      selectableFields: [],
      schema: { openAPIV3Schema: crowSchema({ nest: { type: 'string' } }) },
    });
    await define(server, crows([crowVersion(), old]));
    const created = await server.api.post(
      crowsPath('default', 'v1beta1'),
      crow('a', { color: 'grey', nest: 'high' }, 'v1beta1'),
    );
    expect(done(created).apiVersion).toBe('birds.example.com/v1beta1');
    expect(created.headers.get('warning')).toContain('is deprecated; use birds.example.com/v1 Crow');
    expect(done(await server.api.get(`${crowsPath()}/a`))).toMatchObject({
      apiVersion: 'birds.example.com/v1',
      spec: { color: 'grey' },
    });
    const watch = await server.watch(`${crowsPath('default', 'v1beta1')}?watch=true`);
    expect(await watch.next()).toMatchObject({ object: { apiVersion: 'birds.example.com/v1beta1' } });
    watch.close();
  });
});

describe('a definition that changes', () => {
  test('ends watches cleanly; what is stored is read as the new schema has it', async () => {
    await define(server);
    await server.api.post(crowsPath(), crow('a', { color: 'grey' }));
    const watch = await server.watch(`${crowsPath()}?watch=true`);
    await watch.take(1);
    const wings = { type: 'integer', default: 2 };
    done(await change({ spec: { versions: [crowVersion({ schema: { openAPIV3Schema: crowSchema({ wings }) } })] } }));
    expect(await watch.end()).toBe(true);
    const read = await until(
      () => server.api.get(`${crowsPath()}/a?resourceVersion=0`),
      ({ body }) => body.spec?.wings === 2,
    );
    expect(done(read).spec).toEqual({ color: 'grey', size: 2, wings: 2 });
  });

  test('stores another version from then on, and says of both that something may be stored in them', async () => {
    const two = crowVersion({ name: 'v2', storage: false });
    await define(server, crows([crowVersion(), two]));
    await server.api.post(crowsPath(), crow('a', { color: 'grey' }));
    const next = [crowVersion({ storage: false, served: false }), { ...two, storage: true }];
    const { status } = done(await change({ spec: { versions: next } }));
    expect(status.storedVersions).toEqual(['v1', 'v2']);
    await until(
      () => server.api.get(crowsPath()),
      (answer) => answer.status === 404,
    );
    expect(done(await server.api.get(`${crowsPath('default', 'v2')}/a`))).toMatchObject({
      apiVersion: 'birds.example.com/v2',
      spec: { color: 'grey' },
    });
  });

  test('is never not served meanwhile: lists go on, each as of before or after', async () => {
    await define(server);
    await server.api.post(crowsPath(), crow('a'));
    const statuses = new Set<number>();
    const over = new AbortController();
    const listing = (async () => {
      while (!over.signal.aborted) statuses.add((await server.api.get(crowsPath())).status);
    })();
    for (let wings = 1; wings <= 20; wings++) {
      const schema = { openAPIV3Schema: crowSchema({ wings: { type: 'integer', default: wings } }) };
      done(await change({ spec: { versions: [crowVersion({ schema })] } }));
    }
    await until(
      () => server.api.get(`${crowsPath()}/a`),
      ({ body }) => body.spec?.wings === 20,
    );
    over.abort();
    await listing;
    expect([...statuses]).toEqual([200]);
  });
});
