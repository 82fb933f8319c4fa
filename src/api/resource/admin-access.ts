import { type FieldError, forbiddenValue } from '../../machinery/field-error.ts';
import type { DeviceRequest } from '../types/resource-v1.generated.ts';

/** The labels of a namespace as they are now; undefined: there is no such namespace. */
export type NamespaceLabels = (namespace: string) => Readonly<Record<string, string>> | undefined;

const label = 'resource.kubernetes.io/admin-access';

/** The place of the first request for the rights of an administrator. Alternatives cannot ask for them. */
export function adminRequest(requests: readonly DeviceRequest[] | null | undefined): string | undefined {
  const index = (requests ?? []).findIndex(({ exactly }) => exactly?.adminAccess === true);
  return index === -1 ? undefined : `spec.devices.requests[${index}].adminAccess`;
}

/** Who has an administrator's rights to devices must be in a namespace that says so. `path`: undefined where nobody asks. */
export function validateAdminAccess(
  path: string | undefined,
  namespace: string | undefined,
  labelsOf: NamespaceLabels,
): FieldError[] {
  if (path === undefined || labelsOf(namespace ?? '')?.[label] === 'true') return [];
  const why = `admin access to devices requires the \`${label}: true\` label on the containing namespace`;
  return [forbiddenValue(path, why)];
}
