import { describe, expect, test } from 'vitest';
import type { AccessAttributes, Authorizer } from '../machinery/authorizer.ts';
import type { UserInfo } from '../machinery/request-context.ts';
import { impersonator } from './impersonation.ts';

const person = (name: string, more: Partial<UserInfo> = {}): UserInfo => ({
  name,
  uid: '',
  groups: [],
  extra: {},
  ...more,
});

/** As `verb resource[/subresource][.group] name [in namespace]`. */
const inWords = ({ verb, of }: AccessAttributes): string => {
  if ('path' in of) return `${verb} ${of.path}`;
  const { resource, subresource, group, name, namespace } = of;
  const what = `${resource}${subresource && `/${subresource}`}${group && `.${group}`}`;
  return `${verb} ${what} ${name}${namespace && ` in ${namespace}`}`;
};

/** Allows what is listed, and remembers what it was asked. */
function allowing(...allowed: string[]) {
  const asked: string[] = [];
  const authorizer: Authorizer = {
    async authorize(attributes) {
      asked.push(inWords(attributes));
      return { decision: allowed.includes(inWords(attributes)) ? 'allow' : 'noOpinion', reason: '' };
    },
    rulesFor: async () => ({ resourceRules: [], nonResourceRules: [], incomplete: false }),
  };
  const list = { group: '', version: 'v1', resource: 'pods', subresource: '', namespace: 'a', name: '' };
  const ask = (wanted: UserInfo, user = person('admin')) =>
    impersonator(authorizer)(wanted, { user, verb: 'list', of: list });
  return { asked, ask };
}

describe('impersonation', () => {
  test('of somebody, by the verb that is as old as it is', async () => {
    const { ask } = allowing(
      'impersonate users jane',
      'impersonate groups dev',
      'impersonate uids.authentication.k8s.io 7',
    );
    expect(await ask(person('jane', { groups: ['dev'], uid: '7' }))).toEqual({
      user: person('jane', { groups: ['dev', 'system:authenticated'], uid: '7' }),
    });
    expect(await ask(person('jane', { groups: ['ops'] }))).toMatchObject({
      refusal: { attributes: { verb: 'impersonate-on:user-info:list' } },
    });
  });

  test('a service account has its groups, anonymous is not authenticated', async () => {
    const { ask } = allowing('impersonate serviceaccounts robot in kube-system', 'impersonate users system:anonymous');
    expect(await ask(person('system:serviceaccount:kube-system:robot'))).toMatchObject({
      user: { groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'] },
    });
    expect(await ask(person('system:anonymous'))).toMatchObject({ user: { groups: ['system:unauthenticated'] } });
  });

  test('for one verb only: both the verb and the user have to be allowed', async () => {
    const on = 'impersonate-on:user-info:list pods  in a';
    const { ask } = allowing(on, 'impersonate:user-info users.authentication.k8s.io jane');
    expect(await ask(person('jane'))).toMatchObject({ user: { name: 'jane' } });
    const { ask: askAlone } = allowing('impersonate:user-info users.authentication.k8s.io jane');
    expect(await askAlone(person('jane'))).toMatchObject({ refusal: { attributes: { verb: on.split(' ')[0] } } });
  });

  test('nobody becomes system:masters by the narrower ways', async () => {
    const { ask } = allowing(
      'impersonate-on:user-info:list pods  in a',
      'impersonate:user-info users.authentication.k8s.io jane',
      'impersonate:user-info groups.authentication.k8s.io system:masters',
    );
    expect(await ask(person('jane', { groups: ['system:masters'] }))).toMatchObject({
      refusal: { reason: 'impersonating the system:masters group is not allowed' },
    });
  });

  test('a service account may be the node that it is on, and no other', async () => {
    const extra = { 'authentication.kubernetes.io/node-name': ['n1'] };
    const agent = person('system:serviceaccount:kube-system:agent', { extra });
    const { ask } = allowing(
      'impersonate-on:associated-node:list pods  in a',
      'impersonate:associated-node nodes.authentication.k8s.io *',
    );
    expect(await ask(person('system:node:n1'), agent)).toMatchObject({
      user: { name: 'system:node:n1', groups: ['system:nodes', 'system:authenticated'] },
    });
    expect(await ask(person('system:node:n2'), agent)).toHaveProperty('refusal');
  });

  test('each value of extra is asked for, and odd keys are refused', async () => {
    const extra = { scopes: ['a', 'b'] };
    const allowed = ['a', 'b'].map((value) => `impersonate userextras/scopes.authentication.k8s.io ${value}`);
    const { ask, asked } = allowing('impersonate users jane', ...allowed);
    expect(await ask(person('jane', { extra }))).toMatchObject({ user: { extra } });
    expect(asked).toEqual(expect.arrayContaining(allowed));
    const proto = JSON.parse('{"__proto__":["x"]}') as UserInfo['extra'];
    expect(await ask(person('jane', { extra: proto }))).toHaveProperty('refusal');
  });
});
