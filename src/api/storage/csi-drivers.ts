import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { objectsAt, stringsAt, valueAt } from '../../machinery/json/json-path.ts';
import { type JsonObject, stringAt } from '../../machinery/json-value.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import type { PrinterColumn } from '../printing/printer-column.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { CSIDriver } from '../types/storage-v1.generated.ts';
import { everyVerb } from '../verb.ts';
import { validateDriver, validateDriverChange } from './csi-driver-validation.ts';

function defaults(driver: CSIDriver): void {
  driver.spec ??= {};
  const { spec } = driver;
  spec.attachRequired ??= true;
  spec.podInfoOnMount ??= false;
  spec.storageCapacity ??= false;
  spec.fsGroupPolicy ??= 'ReadWriteOnceWithFSType';
  if ((spec.volumeLifecycleModes ?? []).length === 0) spec.volumeLifecycleModes = ['Persistent'];
  spec.requiresRepublish ??= false;
  spec.seLinuxMount ??= false;
  spec.preventPodSchedulingIfMissing ??= false;
}

/** A driver is of no generation until it changes. */
function countGeneration(driver: CSIDriver, old: CSIDriver): void {
  if (jsonEqual(driver.spec ?? {}, old.spec ?? {})) return;
  driver.metadata ??= {};
  driver.metadata.generation = Number(old.metadata?.generation ?? 0) + 1;
}

const tokensMayBeLogged = ({ spec = {} }: CSIDriver): boolean =>
  (spec.tokenRequests ?? []).length > 0 && spec.serviceAccountTokenInSecrets === undefined;

const logWarning =
  'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging ' +
  'of tokens in volume attributes';

const flag = (name: string, description: string, field: string, absent = false): PrinterColumn =>
  column(
    name,
    description,
    (driver) => {
      const value = valueAt(driver, 'spec', field);
      return typeof value === 'boolean' ? value : absent;
    },
    { type: 'boolean' },
  );

function audiences(driver: JsonObject): string {
  if (!Array.isArray(valueAt(driver, 'spec', 'tokenRequests'))) return '<unset>';
  return objectsAt(driver, 'spec', 'tokenRequests')
    .map((request) => stringAt(request, 'audience'))
    .join(',');
}

export const csiDrivers = defineKind({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIDriver',
  resource: 'csidrivers',
  singular: 'csidriver',
  shortNames: [],
  categories: [],
  namespaced: false,
  verbs: everyVerb,
  subresources: {},
  storagePrefix: 'csidrivers',
  fields: {},
  columns: [
    nameColumn,
    flag('AttachRequired', 'Whether volumes are attached before they are mounted.', 'attachRequired', true),
    flag('PodInfoOnMount', 'Whether the driver is told of the pod.', 'podInfoOnMount'),
    flag('StorageCapacity', 'Whether the driver tells how much space there is.', 'storageCapacity'),
    column('TokenRequests', 'For whom tokens are made.', audiences),
    flag('RequiresRepublish', 'Whether volumes are published again and again.', 'requiresRepublish'),
    column(
      'Modes',
      'How long volumes live.',
      (driver) => stringsAt(driver, 'spec', 'volumeLifecycleModes').join(',') || '<none>',
    ),
    ageColumn,
  ],
  returnsDeletedObject: true,
  strategy: genericStrategy<CSIDriver>({
    defaults,
    onUpdate: countGeneration,
    validate: validateDriver,
    validateChange: validateDriverChange,
    validateName: nameIsDnsSubdomain,
    warningsOnCreate: (driver) => (tokensMayBeLogged(driver) ? [logWarning] : []),
    warningsOnUpdate: (driver, old) =>
      tokensMayBeLogged(driver) && !jsonEqual(driver.spec?.tokenRequests ?? [], old.spec?.tokenRequests ?? [])
        ? [logWarning]
        : [],
    allowUnconditionalUpdate: false,
  }),
});
