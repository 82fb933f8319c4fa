import { describe, expect, test } from 'vitest';
import type { ClusterRole, ClusterRoleBinding } from '../api/types/rbac-v1.generated.ts';
import { reconciledBinding, reconciledRole } from './reconciled-policy.ts';

const update = 'rbac.authorization.kubernetes.io/autoupdate';
const metadata = { annotations: { [update]: 'true' }, labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' } };
const pods = (...verbs: string[]) => ({ apiGroups: [''], resources: ['pods'], verbs });
const role = (more: Partial<ClusterRole> = {}): ClusterRole => ({ metadata, rules: [pods('get', 'list')], ...more });
const selector = (label: string) => ({ matchLabels: { [label]: 'true' } });
const ada = { kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'ada' };
const bob = { kind: 'ServiceAccount', namespace: 'a', name: 'bob' };
const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'r' };
const binding = (more: Partial<ClusterRoleBinding> = {}): ClusterRoleBinding => ({
  metadata,
  roleRef,
  subjects: [ada, bob],
  ...more,
});

describe('controllers/reconciled-policy: roles', () => {
  test('one that allows as much, in other words, is left alone', () => {
    expect(reconciledRole(role({ rules: [pods('list'), pods('*')] }), role())).toBeUndefined();
  });

  test('what is missing is added, and what somebody added stays', () => {
    const existing = role({ rules: [pods('watch', 'get')] });
    expect(reconciledRole(existing, role())?.rules).toEqual([pods('watch', 'get'), pods('list')]);
  });

  test('labels and annotations that are missing are added, and what is said of them stays', () => {
    const existing = role({ metadata: { labels: { 'kubernetes.io/bootstrapping': 'mine', more: 'x' } } });
    expect(reconciledRole(existing, role())?.metadata).toEqual({
      annotations: metadata.annotations,
      labels: { 'kubernetes.io/bootstrapping': 'mine', more: 'x' },
    });
  });

  test('whoever says that it is not to be updated keeps it as it is', () => {
    const existing = role({ metadata: { annotations: { [update]: 'false' } }, rules: [] });
    expect(reconciledRole(existing, role())).toBeUndefined();
  });

  test('of what it is aggregated is added to, and taken away where it is not to be', () => {
    const aggregated = { rules: [], aggregationRule: { clusterRoleSelectors: [selector('a')] } };
    const mine = { ...aggregated, aggregationRule: { clusterRoleSelectors: [selector('mine')] } };
    expect(reconciledRole(role(mine), role(aggregated))?.aggregationRule?.clusterRoleSelectors).toEqual([
      selector('mine'),
      selector('a'),
    ]);
    expect(reconciledRole(role(aggregated), role(aggregated))).toBeUndefined();
    expect(reconciledRole(role({ ...mine, rules: [pods('*')] }), role())).toEqual(role({ rules: [pods('*')] }));
  });
});

describe('controllers/reconciled-policy: bindings', () => {
  test('subjects that are missing are added, and others stay', () => {
    const eve = { ...ada, name: 'eve' };
    expect(reconciledBinding(binding({ subjects: [eve, bob] }), binding())).toMatchObject({
      subjects: [eve, bob, ada],
    });
    expect(reconciledBinding(binding({ subjects: [bob, eve, ada] }), binding())).toBeUndefined();
  });

  test('one of another role has to be made anew, unless it is not to be updated', () => {
    const other = binding({ roleRef: { ...roleRef, name: 'other' } });
    expect(reconciledBinding(other, binding())).toBe('recreate');
    const kept = { ...other, metadata: { annotations: { [update]: 'false' } } };
    expect(reconciledBinding(kept, binding())).toBeUndefined();
  });
});
