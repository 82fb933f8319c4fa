import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AccessAttributes } from '../../machinery/authorizer.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import type { PolicyRule } from '../../machinery/policy/policy-rule.ts';
import { PolicyIndex, type PolicyResource } from './policy-index.ts';
import { RbacAuthorizer } from './rbac-authorizer.ts';
import { ruleAllows } from './rule-match.ts';

const someone = { uid: '', extra: {} };

const asks = (
  name: string,
  groups: string[],
  verb: string,
  of: Partial<AccessAttributes['of']> = {},
): AccessAttributes => {
  const resource = { group: '', version: 'v1', resource: 'pods', subresource: '', namespace: 'a', name: '' };
  return {
    user: { ...someone, name, groups },
    verb,
    of: 'path' in of ? { path: of.path ?? '' } : { ...resource, ...of },
  };
};

const role = (...rules: PolicyRule[]): JsonObject => ({ rules: rules as unknown as JsonObject[] });
const binding = (kind: string, name: string, ...subjects: JsonObject[]): JsonObject => ({
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
  subjects,
});
const user = (name: string) => ({ kind: 'User', name });
const group = (name: string) => ({ kind: 'Group', name });
const account = (name: string, namespace?: string) => ({
  kind: 'ServiceAccount',
  name,
  ...(namespace !== undefined && { namespace }),
});

const readsPods: PolicyRule = { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] };

describe('rbac: decisions', () => {
  const policy = new PolicyIndex();
  const authorizer = new RbacAuthorizer(policy);
  const set = (resource: PolicyResource, path: string, object: JsonObject | undefined) => {
    const [name = '', namespace = ''] = path.split('/').reverse();
    policy.set(resource, { namespace, name }, object);
  };
  const decide = (...args: Parameters<typeof asks>) => authorizer.authorize(asks(...args));
  set('clusterroles', 'reader', role(readsPods));
  set('clusterroles', 'health', role({ verbs: ['get'], nonResourceURLs: ['/healthz', '/live*'] }));
  set(
    'roles',
    'a/scaler',
    role({ verbs: ['update'], apiGroups: ['apps'], resources: ['*/scale'], resourceNames: ['web'] }),
  );
  set('clusterrolebindings', 'all', binding('ClusterRole', 'reader', group('staff'), account('robot', 'kube-system')));
  set('clusterrolebindings', 'health', binding('ClusterRole', 'health', group('system:unauthenticated')));
  set('clusterrolebindings', 'lost', binding('ClusterRole', 'gone', user('ann')));
  set('rolebindings', 'a/read', binding('ClusterRole', 'reader', user('jane'), account('local')));
  set('rolebindings', 'a/scale', binding('Role', 'scaler', user('jane')));

  test('a binding of the cluster counts everywhere, one of a namespace there', async () => {
    expect(await decide('bob', ['staff'], 'get', { namespace: 'b' })).toEqual({
      decision: 'allow',
      reason: 'RBAC: allowed by ClusterRoleBinding "all" of ClusterRole "reader" to Group "staff"',
    });
    expect(await decide('jane', [], 'list')).toEqual({
      decision: 'allow',
      reason: 'RBAC: allowed by RoleBinding "read/a" of ClusterRole "reader" to User "jane"',
    });
    for (const namespace of ['b', '']) {
      expect(await decide('jane', [], 'list', { namespace })).toEqual({ decision: 'noOpinion', reason: '' });
    }
  });

  test('service accounts are of their namespace, or of the one of the binding', async () => {
    expect(await decide('system:serviceaccount:kube-system:robot', [], 'get')).toMatchObject({
      reason: 'RBAC: allowed by ClusterRoleBinding "all" of ClusterRole "reader" to ServiceAccount "robot/kube-system"',
    });
    expect(await decide('system:serviceaccount:a:local', [], 'get')).toMatchObject({
      reason: 'RBAC: allowed by RoleBinding "read/a" of ClusterRole "reader" to ServiceAccount "local/a"',
    });
    expect((await decide('system:serviceaccount:b:local', [], 'get')).decision).toBe('noOpinion');
  });

  test('subresources and names count', async () => {
    const scale = { group: 'apps', resource: 'deployments', subresource: 'scale', name: 'web' };
    expect((await decide('jane', [], 'update', scale)).decision).toBe('allow');
    for (const other of [{ name: 'db' }, { name: '' }, { subresource: '' }, { group: 'batch' }]) {
      expect((await decide('jane', [], 'update', { ...scale, ...other })).decision).toBe('noOpinion');
    }
  });

  test('paths that are no resource', async () => {
    for (const [path, may] of [
      ['/healthz', true],
      ['/healthz/etcd', false],
      ['/livez/ping', true],
      ['/metrics', false],
    ] as const) {
      const { decision } = await decide('x', ['system:unauthenticated'], 'get', { path });
      expect([path, decision]).toEqual([path, may ? 'allow' : 'noOpinion']);
    }
  });

  test('a role that is not there is told of', async () => {
    expect(await decide('ann', [], 'get')).toEqual({
      decision: 'noOpinion',
      reason: 'RBAC: clusterrole.rbac.authorization.k8s.io "gone" not found',
    });
    expect(await authorizer.rulesFor({ ...someone, name: 'ann', groups: ['staff'] }, 'a')).toEqual({
      resourceRules: [readsPods],
      nonResourceRules: [],
      incomplete: false,
      evaluationError: 'clusterrole.rbac.authorization.k8s.io "gone" not found',
    });
  });
});

/* Against a plain model: all that is there, walked through for each question. */

const names = ['r0', 'r1', 'r2'];
const scopes = ['', 'a', 'b'];
const whom = fc.oneof(
  fc.constantFrom('u0', 'u1').map(user),
  fc.constantFrom('g0', 'g1').map(group),
  fc.constantFrom('s0', 's1').map((name) => account(name)),
  fc.tuple(fc.constantFrom('s0', 's1'), fc.constantFrom('a', 'b')).map(([name, namespace]) => account(name, namespace)),
);
const anyRule = fc.record({
  verbs: fc.subarray(['get', 'list', '*'], { minLength: 1 }),
  apiGroups: fc.subarray(['', 'apps', '*'], { minLength: 1 }),
  resources: fc.subarray(['pods', 'pods/log', '*/log', '*'], { minLength: 1 }),
});
const anyChange = fc.record({
  isRole: fc.boolean(),
  namespace: fc.constantFrom(...scopes),
  name: fc.constantFrom(...names),
  gone: fc.nat(3).map((n) => n === 0),
  rules: fc.array(anyRule, { maxLength: 2 }),
  ref: fc.tuple(fc.constantFrom('Role', 'ClusterRole'), fc.constantFrom(...names)),
  subjects: fc.array(whom, { maxLength: 3 }),
});
const anyQuestion = fc.record({
  name: fc.constantFrom('u0', 'u1', 'system:serviceaccount:a:s0', 'system:serviceaccount:b:s1'),
  groups: fc.subarray(['g0', 'g1']),
  verb: fc.constantFrom('get', 'list', 'delete'),
  of: fc.record({
    namespace: fc.constantFrom(...scopes),
    group: fc.constantFrom('', 'apps'),
    subresource: fc.constantFrom('', 'log'),
  }),
});

test('rbac: whatever came and went, the index decides as a walk over everything does', async () => {
  const property = fc.asyncProperty(
    fc.array(anyChange, { maxLength: 30 }),
    fc.array(anyQuestion, { minLength: 1, maxLength: 10 }),
    async (changes, questions) => {
      const policy = new PolicyIndex();
      const roles = new Map<string, readonly PolicyRule[]>();
      const bindings = new Map<string, { readonly namespace: string; readonly object: JsonObject }>();
      for (const { isRole, namespace, name, gone, rules, ref, subjects } of changes) {
        const key = `${namespace}/${name}`;
        const object = isRole ? role(...rules) : binding(...ref, ...subjects);
        const resource = `${namespace === '' ? 'cluster' : ''}role${isRole ? 's' : 'bindings'}` as PolicyResource;
        policy.set(resource, { namespace, name }, gone ? undefined : object);
        if (isRole) {
          if (gone) roles.delete(key);
          else roles.set(key, rules);
        } else if (gone) bindings.delete(key);
        else bindings.set(key, { namespace, object });
      }
      const authorizer = new RbacAuthorizer(policy);
      for (const { name, groups, verb, of } of questions) {
        const question = asks(name, groups, verb, of);
        const isAllowed = [...bindings.values()].some(({ namespace, object }) => {
          if (namespace !== '' && namespace !== of.namespace) return false;
          const { roleRef, subjects } = object as unknown as {
            roleRef: { kind: string; name: string };
            subjects: { kind: string; name: string; namespace?: string }[];
          };
          const isMeant = subjects.some((subject) => {
            if (subject.kind === 'User') return subject.name === name;
            if (subject.kind === 'Group') return groups.includes(subject.name);
            return name === `system:serviceaccount:${subject.namespace ?? namespace}:${subject.name}`;
          });
          const home = roleRef.kind === 'ClusterRole' ? '' : namespace;
          const rules = roleRef.kind === 'Role' && namespace === '' ? [] : (roles.get(`${home}/${roleRef.name}`) ?? []);
          return isMeant && rules.some((rule) => ruleAllows(rule, question));
        });
        expect((await authorizer.authorize(question)).decision).toBe(isAllowed ? 'allow' : 'noOpinion');
      }
    },
  );
  await fc.assert(property, { numRuns: 300 });
});
