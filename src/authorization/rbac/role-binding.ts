import { goQuote } from '../../machinery/go-quote.ts';
import { objectIn, objectsAt, textAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import type { RoleReference } from '../../machinery/policy/policy-rule.ts';
import type { UserInfo } from '../../machinery/request-context.ts';

/** Somebody whom a binding names. rbac.Subject. */
interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  /** By which whoever it is finds it; '' for nobody. */
  readonly key: string;
}

/** Who is given a role, and where: a RoleBinding, or a ClusterRoleBinding without a namespace. */
export interface RoleBinding {
  readonly name: string;
  readonly namespace: string;
  readonly role: RoleReference;
  readonly subjects: readonly Subject[];
}

const userKey = (name: string): string => `u:${name}`;
const groupKey = (name: string): string => `g:${name}`;

/** What bindings are to be found by that are about this user. */
export const keysOfUser = ({ name, groups }: Pick<UserInfo, 'name' | 'groups'>): ReadonlySet<string> =>
  new Set([userKey(name), ...groups.map(groupKey)]);

export function readBinding(
  object: JsonObject,
  scope: { readonly namespace: string; readonly name: string },
): RoleBinding {
  const { namespace, name } = scope;
  const role = objectIn(object, 'roleRef');
  const subjects = objectsAt(object, 'subjects').map((subject) => {
    const own = {
      kind: textAt(subject, 'kind'),
      name: textAt(subject, 'name'),
      namespace: textAt(subject, 'namespace'),
    };
    return { ...own, key: keyOfSubject(own, namespace) };
  });
  return { name, namespace, role: { kind: textAt(role, 'kind'), name: textAt(role, 'name') }, subjects };
}

function keyOfSubject({ kind, name, namespace }: Omit<Subject, 'key'>, ofBinding: string): string {
  if (kind === 'User') return userKey(name);
  if (kind === 'Group') return groupKey(name);
  // One that says no namespace is of the binding's.
  const home = namespace || ofBinding;
  return kind === 'ServiceAccount' && home !== '' ? userKey(`system:serviceaccount:${home}:${name}`) : '';
}

/** As the original tells why somebody may do something. `keys`: of whom it is about. */
export function describeBinding({ name, namespace, role, subjects }: RoleBinding, keys: ReadonlySet<string>): string {
  const subject = subjects.find(({ key }) => keys.has(key));
  const account = `${subject?.name}/${subject?.namespace || namespace}`;
  const whom = `${subject?.kind} ${goQuote(subject?.kind === 'ServiceAccount' ? account : (subject?.name ?? ''))}`;
  const what =
    namespace === '' ? `ClusterRoleBinding ${goQuote(name)}` : `RoleBinding ${goQuote(`${name}/${namespace}`)}`;
  return `${what} of ${role.kind} ${goQuote(role.name)} to ${whom}`;
}
