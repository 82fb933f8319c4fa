import { goQuote } from '../../machinery/go-quote.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { textAt } from '../../machinery/json/json-path.ts';
import { timeText } from '../../machinery/time.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defineKind, type Kind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { textFields } from '../selectable-fields.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { ResourceSlice } from '../types/resource-v1.generated.ts';
import { everyVerb } from '../verb.ts';
import { dropDisabledSliceFields } from './slice-features.ts';
import { validateSlice } from './slice-validation.ts';

function warnings({ spec }: ResourceSlice): readonly string[] {
  const driver = spec?.driver ?? '';
  if (driver === driver.toLowerCase()) return [];
  return [`spec.driver: driver names should be lowercase; ${goQuote(driver)} contains uppercase characters`];
}

/** `resource.k8s.io/v1` ResourceSlice. `now`: in milliseconds since the epoch. */
export const resourceSlices = (now: () => number): Kind =>
  defineKind({
    group: 'resource.k8s.io',
    version: 'v1',
    kind: 'ResourceSlice',
    resource: 'resourceslices',
    singular: 'resourceslice',
    shortNames: [],
    categories: [],
    namespaced: false,
    verbs: everyVerb,
    subresources: {},
    storagePrefix: 'resourceslices',
    fields: textFields('spec.nodeName', 'spec.driver', 'spec.pool.name'),
    triggerField: 'spec.nodeName',
    columns: [
      nameColumn,
      column('Node', 'Node that has the devices, if they are of one.', (slice) => textAt(slice, 'spec', 'nodeName')),
      column('Driver', 'Driver of the devices.', (slice) => textAt(slice, 'spec', 'driver')),
      column('Pool', 'Pool of the devices.', (slice) => textAt(slice, 'spec', 'pool', 'name')),
      ageColumn,
    ],
    returnsDeletedObject: true,
    strategy: genericStrategy<ResourceSlice>({
      defaults({ spec }) {
        for (const { taints = [] } of spec?.devices ?? []) {
          for (const taint of taints) taint.timeAdded ??= timeText(now());
        }
      },
      generationOf: [['spec']],
      onCreate: (slice) => dropDisabledSliceFields(slice),
      onUpdate(slice, old) {
        // A change counts, too, that is taken back right here.
        const changed = !jsonEqual(slice.spec ?? {}, old.spec ?? {});
        if (changed) (slice.metadata ??= {}).generation = Number(old.metadata?.generation ?? 0) + 1;
        dropDisabledSliceFields(slice, old);
      },
      validateName: nameIsDnsSubdomain,
      validate: (slice) => validateSlice(slice),
      validateUpdate: validateSlice,
      warningsOnCreate: warnings,
      warningsOnUpdate: warnings,
    }),
  });
