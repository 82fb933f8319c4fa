import type {
  AccessAttributes,
  Authorizer,
  ImpersonationRefusal,
  Impersonator,
  ResourceAccess,
} from '../machinery/authorizer.ts';
import { goQuote } from '../machinery/go-quote.ts';
import type { UserInfo } from '../machinery/request-context.ts';
import { aggregateText } from '../machinery/status-errors.ts';
import { dns1123Label, dns1123Subdomain } from '../machinery/validation/dns.ts';
import { validateDomainPrefixedPath } from '../machinery/validation/domain-prefixed.ts';

/** Of so many groups, or values of extra, it is asked first whether all of them are allowed at once. */
const manyChecks = 4;

/** A way to be somebody else: which verb it takes, of whom, and whether for this request only. */
interface Mode {
  /** '' for the way that is as old as impersonation: whoever may, may for everything. */
  readonly name: string;
  readonly takes: (wanted: UserInfo, requestor: UserInfo) => boolean;
}

const hasOnlyName = ({ uid, groups, extra }: UserInfo): boolean =>
  uid === '' && groups.length === 0 && Object.keys(extra).length === 0;

/** In this order: the narrower ones first. KEP-5284. */
const modes: readonly Mode[] = [
  { name: 'associated-node', takes: (wanted, requestor) => hasOnlyName(wanted) && isOwnNode(wanted, requestor) },
  { name: 'arbitrary-node', takes: (wanted) => hasOnlyName(wanted) && nodeOf(wanted.name) !== undefined },
  { name: 'serviceaccount', takes: (wanted) => hasOnlyName(wanted) && accountOf(wanted.name) !== undefined },
  {
    name: 'user-info',
    takes: ({ name }) => nodeOf(name) === undefined && accountOf(name) === undefined,
  },
  { name: '', takes: () => true },
];

/** Of several refusals the first is told, as in the original. */
export const impersonator =
  (authorizer: Authorizer): Impersonator =>
  async (wanted, attributes) => {
    let first: ImpersonationRefusal | undefined;
    for (const { name, takes } of modes) {
      if (!takes(wanted, attributes.user)) continue;
      const asking = name === 'associated-node' ? withoutExtra(attributes) : attributes;
      const refusal =
        (name === '' ? undefined : await refusalOf(authorizer, onlyFor(name, asking))) ??
        (await refusalOfUser(authorizer, name, wanted, asking.user));
      if (refusal === undefined) return { user: completed(wanted, name !== '') };
      first ??= refusal;
    }
    if (first === undefined) throw new Error('no way of impersonation applies');
    return { refusal: first };
  };

async function refusalOf(
  authorizer: Authorizer,
  attributes: AccessAttributes,
): Promise<ImpersonationRefusal | undefined> {
  const { decision, reason } = await authorizer.authorize(attributes);
  return decision === 'allow' ? undefined : { attributes, reason };
}

const onlyFor = (mode: string, attributes: AccessAttributes): AccessAttributes => ({
  ...attributes,
  verb: `impersonate-on:${mode}:${attributes.verb}`,
});

const authenticationGroup = 'authentication.k8s.io';

/** Each thing that is wanted is asked for by itself: a name, a uid, groups, and what else is said of a user. */
async function refusalOfUser(
  authorizer: Authorizer,
  mode: string,
  wanted: UserInfo,
  user: UserInfo,
): Promise<ImpersonationRefusal | undefined> {
  const isConstrained = mode !== '';
  const verb = isConstrained ? `impersonate:${mode}` : 'impersonate';
  const group = isConstrained ? authenticationGroup : '';
  const asked = (resource: string, name: string, more: Partial<ResourceAccess> = {}): AccessAttributes => {
    const nothing = { group, version: 'v1', subresource: '', namespace: '' };
    return { user, verb, of: { ...nothing, resource, name, ...more } };
  };
  const check = (attributes: AccessAttributes) => refusalOf(authorizer, attributes);

  const refusal = await check(askedForName(wanted.name, mode, asked));
  if (refusal !== undefined) return refusal;
  const { uid, groups, extra } = wanted;
  if (uid !== '') {
    const ofUid = await check(asked('uids', uid, { group: authenticationGroup }));
    if (ofUid !== undefined) return ofUid;
  }
  if (isConstrained && groups.includes('')) {
    return { attributes: asked('groups', ''), reason: 'impersonating the empty string group is not allowed' };
  }
  if (isConstrained && groups.includes('system:masters')) {
    const reason = 'impersonating the system:masters group is not allowed';
    return { attributes: asked('groups', 'system:masters'), reason };
  }
  const mayAnyGroup = isConstrained && groups.length >= manyChecks && (await check(asked('groups', '*'))) === undefined;
  for (const name of mayAnyGroup ? [] : groups) {
    const ofGroup = await check(asked('groups', name));
    if (ofGroup !== undefined) return ofGroup;
  }
  return refusalOfExtra(
    extra,
    isConstrained,
    (key, value) => check(asked('userextras', value, { group: authenticationGroup, subresource: key })),
    (reason) => ({ attributes: asked('userextras', '', { group: authenticationGroup }), reason }),
  );
}

async function refusalOfExtra(
  extra: UserInfo['extra'],
  isConstrained: boolean,
  check: (key: string, value: string) => Promise<ImpersonationRefusal | undefined>,
  refused: (reason: string) => ImpersonationRefusal,
): Promise<ImpersonationRefusal | undefined> {
  const pairs = Object.entries(extra).flatMap(([key, values]) => values.map((value) => [key, value] as const));
  if (isConstrained) {
    const problem = problemWithExtra(extra);
    if (problem !== undefined) return refused(problem);
    if (pairs.length >= manyChecks && (await check('*', '*')) === undefined) return undefined;
  }
  for (const [key, value] of pairs) {
    const refusal = await check(key, value);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function problemWithExtra(extra: UserInfo['extra']): string | undefined {
  for (const [key, values] of Object.entries(extra)) {
    if (key === '') return 'impersonating the empty string key in extra is not allowed';
    const errors = validateDomainPrefixedPath(key, 'extra.key');
    if (errors.length > 0) return `impersonating an invalid key in extra is not allowed: ${aggregateText(errors)}`;
    if (key !== key.toLowerCase()) {
      return `impersonating a non-lowercase key in extra is not allowed: ${goQuote(key)}`;
    }
    if (values.length === 0) return 'impersonating empty values in extra is not allowed';
    if (values.includes('')) return 'impersonating the empty string value in extra is not allowed';
  }
  return undefined;
}

function askedForName(
  name: string,
  mode: string,
  asked: (resource: string, name: string, more?: Partial<ResourceAccess>) => AccessAttributes,
): AccessAttributes {
  const account = accountOf(name);
  if (account !== undefined) return asked('serviceaccounts', account.name, { namespace: account.namespace });
  const node = mode === '' ? undefined : nodeOf(name);
  if (node === undefined) return asked('users', name);
  // Whoever may be the node that he runs on may be any node that he would run on.
  return asked('nodes', mode === 'associated-node' ? '*' : node);
}

/** With the groups that follow from what is said of him. */
function completed(wanted: UserInfo, isConstrained: boolean): UserInfo {
  const account = accountOf(wanted.name);
  let { groups } = wanted;
  if (isConstrained && nodeOf(wanted.name) !== undefined) groups = ['system:nodes'];
  else if (account !== undefined && groups.length === 0) {
    groups = ['system:serviceaccounts', `system:serviceaccounts:${account.namespace}`];
  }
  const isAnonymous = wanted.name === 'system:anonymous' || groups.includes('system:unauthenticated');
  const ofAll = isAnonymous ? 'system:unauthenticated' : 'system:authenticated';
  return { ...wanted, groups: groups.includes(ofAll) ? groups : [...groups, ofAll] };
}

const nodePrefix = 'system:node:';

function nodeOf(name: string): string | undefined {
  if (!name.startsWith(nodePrefix)) return undefined;
  const node = name.slice(nodePrefix.length);
  return dns1123Subdomain(node).length === 0 ? node : undefined;
}

const accountPrefix = 'system:serviceaccount:';

function accountOf(user: string): { readonly namespace: string; readonly name: string } | undefined {
  if (!user.startsWith(accountPrefix)) return undefined;
  const [namespace = '', name = '', ...more] = user.slice(accountPrefix.length).split(':');
  const isOne = more.length === 0 && dns1123Label(namespace).length === 0 && dns1123Subdomain(name).length === 0;
  return isOne ? { namespace, name } : undefined;
}

const nodeNameKey = 'authentication.kubernetes.io/node-name';

/** A service account on the node that it wants to be. */
function isOwnNode(wanted: UserInfo, { name, extra }: UserInfo): boolean {
  const [node, ...more] = extra[nodeNameKey] ?? [];
  return more.length === 0 && node !== undefined && node === nodeOf(wanted.name) && accountOf(name) !== undefined;
}

const withoutExtra = (attributes: AccessAttributes): AccessAttributes => {
  const keys = Object.keys(attributes.user.extra).sort();
  const extra = { 'authentication.kubernetes.io/associated-node-keys': keys };
  return { ...attributes, user: { ...attributes.user, extra } };
};
