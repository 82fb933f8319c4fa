import { describe, expect, test } from 'vitest';
import type { AdmissionAttributes } from '../machinery/admission-attributes.ts';
import type { Authorizer } from '../machinery/authorizer.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import type { PolicyRule, RoleResolver } from '../machinery/policy/policy-rule.ts';
import { RequestContext } from '../machinery/request-context.ts';
import { PrivilegeEscalation } from './privilege-escalation.ts';

const pods = (...verbs: string[]): PolicyRule => ({ verbs, apiGroups: [''], resources: ['pods'] });

interface World {
  /** What the user may do. */
  readonly own?: readonly PolicyRule[];
  /** The one cluster role that there is. */
  readonly view?: readonly PolicyRule[];
  /** Roles that he may give, or make of what he likes: `bind clusterroles view`. */
  readonly may?: string;
}

function admit(written: Partial<AdmissionAttributes>, { own = [], view, may = '' }: World, groups: string[] = []) {
  const authorizer: Authorizer = {
    authorize: async ({ verb, of }) => ({
      decision: 'path' in of || may !== `${verb} ${of.resource} ${of.name}`.trim() ? 'noOpinion' : 'allow',
      reason: '',
    }),
    rulesFor: async () => ({ resourceRules: [], nonResourceRules: [], incomplete: false }),
  };
  const resolver: RoleResolver = {
    rulesOf: () => ({ rules: own, missing: [] }),
    rulesOfRole: ({ name }) => (name === 'view' ? view : undefined),
  };
  const user = { name: 'jane', uid: '', groups, extra: {} };
  return new PrivilegeEscalation(authorizer, resolver).admit({
    operation: 'CREATE',
    group: 'rbac.authorization.k8s.io',
    version: 'v1',
    kind: '',
    resource: 'clusterroles',
    subresource: '',
    namespace: '',
    name: 'x',
    object: undefined,
    oldObject: undefined,
    request: RequestContext.of('', { user, verb: 'create' }),
    ...written,
  });
}

const role = (...rules: PolicyRule[]): JsonObject => ({
  metadata: { name: 'x' },
  rules: rules as unknown as JsonObject[],
});
const binding = (kind: string, name: string): JsonObject => ({ metadata: { name: 'x' }, roleRef: { kind, name } });

describe('nobody gives what he has not', () => {
  test('a role of what he may himself', async () => {
    await admit({ object: role(pods('get')) }, { own: [pods('*')] });
  });

  test('what is missing is told, sorted, verbs together', async () => {
    const object = role(pods('get', 'list', 'delete'), { verbs: ['get'], nonResourceURLs: ['/x'] });
    await expect(admit({ object }, { own: [pods('get')] }, ['dev', 'ops'])).rejects.toMatchObject({
      code: 403,
      message:
        'clusterroles.rbac.authorization.k8s.io "x" is forbidden: user "jane" (groups=["dev" "ops"]) is attempting to grant RBAC permissions not currently held:\n' +
        '{APIGroups:[""], Resources:["pods"], Verbs:["list" "delete"]}\n' +
        '{NonResourceURLs:["/x"], Verbs:["get"]}',
    });
  });

  test('unless he may escalate, or is one of system:masters', async () => {
    await admit({ object: role(pods('*')) }, { may: 'escalate clusterroles' });
    await admit({ object: role(pods('*')) }, {}, ['system:masters']);
  });

  test('a role that is made of others takes all rights there are', async () => {
    const object = { ...role(), aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] } };
    await expect(admit({ object }, { own: [pods('*')] })).rejects.toMatchObject({
      message:
        'clusterroles.rbac.authorization.k8s.io "x" is forbidden: must have cluster-admin privileges to use the aggregationRule',
    });
  });

  test('a binding to a role of which he has everything, or that he may bind', async () => {
    const written = { resource: 'clusterrolebindings', object: binding('ClusterRole', 'view') };
    await expect(admit(written, { view: [pods('get')] })).rejects.toMatchObject({ code: 403 });
    await admit(written, { view: [pods('get')], own: [pods('get')] });
    await admit(written, { view: [pods('get')], may: 'bind clusterroles view' });
    await expect(admit(written, {})).rejects.toMatchObject({
      code: 404,
      message: 'clusterrolebindings.rbac.authorization.k8s.io "view" not found',
    });
  });

  test('a binding of the whole cluster has no role of a namespace to refer to', async () => {
    const written = { resource: 'clusterrolebindings', object: binding('Role', 'view') };
    await expect(admit(written, {})).rejects.toMatchObject({ code: 400, message: 'Namespace parameter required.' });
  });

  test('what only tells the garbage collector something gives nobody a right', async () => {
    const oldObject = { ...role(pods('*')), metadata: { name: 'x', finalizers: ['a/b'] } };
    await admit({ operation: 'UPDATE', object: { ...oldObject, metadata: { name: 'x' } }, oldObject }, {});
    const labelled = { ...oldObject, metadata: { name: 'x', labels: { a: 'b' } } };
    await expect(admit({ operation: 'UPDATE', object: labelled, oldObject }, {})).rejects.toMatchObject({ code: 403 });
  });

  test('other kinds are none of its business', async () => {
    await admit({ group: '', resource: 'pods', object: role(pods('*')) }, {});
  });
});
