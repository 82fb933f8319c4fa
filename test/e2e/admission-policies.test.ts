import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { done } from '../support/http-objects.ts';
import { WholeServer } from '../support/whole-server.ts';

/* ValidatingAdmissionPolicies, as a kube-apiserver 1.37 follows them. */

const group = '/apis/admissionregistration.k8s.io/v1';
const configMaps = '/api/v1/namespaces/shop/configmaps';

const denied = (name: string, why: string) =>
  `configmaps "${name}" is forbidden: ValidatingAdmissionPolicy 'rule' with binding 'rule' denied request: ${why}`;

describe('validating admission policies', () => {
  let server: WholeServer;
  beforeAll(async () => {
    server = await WholeServer.open();
    done(await server.api.post('/api/v1/namespaces', { metadata: { name: 'shop', labels: { env: 'prod' } } }));
  });
  afterAll(() => server?.close());
  afterEach(async () => {
    await server.api.delete(`${group}/validatingadmissionpolicybindings/rule`);
    await server.api.delete(`${group}/validatingadmissionpolicies/rule`);
    await caughtUp();
  });

  /** A list is of what the server knows, and as new as the writes before it. */
  const caughtUp = () =>
    Promise.all(
      ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'].map((resource) =>
        server.api.get(`${group}/${resource}`),
      ),
    );

  async function configure(spec: object, binding: object = {}): Promise<void> {
    const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['configmaps'] };
    const whole = { matchConstraints: { resourceRules: [rule] }, ...spec };
    done(await server.api.post(`${group}/validatingadmissionpolicies`, { metadata: { name: 'rule' }, spec: whole }));
    const bound = { policyName: 'rule', validationActions: ['Deny'], ...binding };
    done(
      await server.api.post(`${group}/validatingadmissionpolicybindings`, { metadata: { name: 'rule' }, spec: bound }),
    );
    await caughtUp();
  }
  const must = (...expressions: (string | object)[]) => ({
    validations: expressions.map((one) => (typeof one === 'string' ? { expression: one } : one)),
  });

  let names = 0;
  const create = async (data: object = { a: 'b' }) => {
    const name = `m${names++}`;
    const { status, body, headers } = await server.api.post(configMaps, { metadata: { name }, data });
    return { name, status, body, warning: headers.get('warning') };
  };

  test('what does not hold is refused, with its message, reason and code', async () => {
    await configure(
      must({ expression: "object.data.a != 'x'", reason: 'Forbidden', messageExpression: "'no ' + object.data.a" }),
    );
    expect((await create()).status).toBe(201);
    const { name, body } = await create({ a: 'x' });
    const message = `ValidatingAdmissionPolicy 'rule' with binding 'rule' denied request: no x`;
    expect(body).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message: denied(name, 'no x'),
      details: { name, kind: 'configmaps', causes: [{ message }] },
    });
  });

  test('without a message the expression is one; a reason that is not given is Invalid', async () => {
    await configure(must('object.data.size() > 1'));
    const { name, body } = await create();
    expect(body).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message: denied(name, 'failed expression: object.data.size() > 1'),
    });
  });

  test('what cannot be evaluated refuses, or counts for nothing where failures are ignored', async () => {
    await configure(must('object.none.there'));
    const { name, body } = await create();
    expect(body.message).toBe(denied(name, "expression 'object.none.there' resulted in error: no such key: none"));
    await server.api.delete(`${group}/validatingadmissionpolicies/rule`);
    await server.api.delete(`${group}/validatingadmissionpolicybindings/rule`);
    await configure({ ...must('object.none.there'), failurePolicy: 'Ignore' });
    expect((await create()).status).toBe(201);
  });

  test('a binding that warns lets it through, with the warning', async () => {
    await configure(must('false'), { validationActions: ['Warn', 'Audit'] });
    const { status, warning } = await create();
    expect(status).toBe(201);
    expect(warning).toBe(
      `299 - "Validation failed for ValidatingAdmissionPolicy 'rule' with binding 'rule': failed expression: false"`,
    );
  });

  test('variables are made of one another, and only when they are asked for', async () => {
    await configure({
      variables: [
        { name: 'size', expression: 'size(object.data)' },
        { name: 'twice', expression: 'variables.size * 2' },
        { name: 'broken', expression: 'object.none' },
      ],
      ...must({ expression: 'variables.twice > 2', messageExpression: "'only ' + string(variables.size)" }),
    });
    const { name, body } = await create();
    expect(body.message).toBe(denied(name, 'only 1'));
    expect((await create({ a: 'b', c: 'd' })).status).toBe(201);
  });

  test('expressions see the request, the namespace and what was there before', async () => {
    await configure(
      must(
        "request.operation == 'CREATE' ? oldObject == null : oldObject.data.a == 'b'",
        "namespaceObject.metadata.labels.env == 'prod'",
        "'system:masters' in request.userInfo.groups",
      ),
    );
    const { name, status } = await create();
    expect(status).toBe(201);
    const put = (a: string) => server.api.put(`${configMaps}/${name}`, { metadata: { name }, data: { a } });
    expect((await put('c')).status).toBe(200);
    expect((await put('d')).status).toBe(422);
  });

  test('parameters: of one object, of several, and of none', async () => {
    const params = (name: string, max: string) =>
      server.api.post('/api/v1/namespaces/default/configmaps', {
        metadata: { name, labels: { limits: 'yes' } },
        data: { max },
      });
    done(await params('wide', '3'));
    done(await params('narrow', '0'));
    const policy = {
      paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      ...must({ expression: 'size(object.data) <= int(params.data.max)', message: 'too many' }),
    };
    const bound = (ref: object) => ({
      paramRef: { namespace: 'default', parameterNotFoundAction: 'Deny', ...ref },
      matchResources: { namespaceSelector: { matchLabels: { env: 'prod' } } },
    });
    const outcome = async (ref: object) => {
      await configure(policy, bound(ref));
      const { name, body } = await create();
      await server.api.delete(`${group}/validatingadmissionpolicies/rule`);
      await server.api.delete(`${group}/validatingadmissionpolicybindings/rule`);
      return String(body.message).replace(denied(name, ''), '');
    };
    expect(await outcome({ name: 'wide' })).toBe('undefined');
    expect(await outcome({ name: 'narrow' })).toBe('too many');
    expect(await outcome({ selector: { matchLabels: { limits: 'yes' } } })).toBe('too many');
    expect(await outcome({ name: 'none' })).toBe(
      'failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction',
    );
  });

  test('conditions, exclusions and selectors narrow what a policy is about', async () => {
    await configure({
      ...must('false'),
      matchConditions: [{ name: 'big', expression: 'size(object.data) > 1' }],
    });
    expect((await create()).status).toBe(201);
    expect((await create({ a: 'b', c: 'd' })).status).toBe(422);
  });

  test('an expression that costs too much is ended', async () => {
    const nested =
      'object.data.all(a, object.data.all(b, object.data.all(c, object.data.all(d, a + b + c + d != ""))))';
    await configure(must(nested));
    const { body } = await create(Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`k${index}`, 'v'])));
    expect(body.message).toContain('operation cancelled: actual cost limit exceeded');
  });

  test('a policy that nobody bound to anything does nothing, and one that is gone neither', async () => {
    await configure(must('false'), { policyName: 'another' });
    expect((await create()).status).toBe(201);
  });
});
