import type {
  Device,
  DeviceAttribute,
  DeviceCounterConsumption,
  ResourceSlice,
} from '../types/resource-v1.generated.ts';

const listsOf = ['bools', 'ints', 'strings', 'versions'] as const;

/** What an API server leaves out unless it is told otherwise; a slice that was stored with one of these keeps that. */
export function dropDisabledSliceFields(slice: ResourceSlice, old?: ResourceSlice): void {
  const [devices, before] = [slice.spec?.devices ?? [], old?.spec?.devices ?? []];
  if (!consumptionsOf(before).some(({ compatibilityGroups = [] }) => compatibilityGroups.length > 0)) {
    for (const consumption of consumptionsOf(devices)) delete consumption.compatibilityGroups;
  }
  if (!before.some(({ nodeAllocatableResources = {} }) => Object.keys(nodeAllocatableResources).length > 0)) {
    for (const device of devices) delete device.nodeAllocatableResources;
  }
  if (!attributesOf(before).some((attribute) => listsOf.some((list) => attribute[list] !== undefined))) {
    for (const attribute of attributesOf(devices)) for (const list of listsOf) delete attribute[list];
  }
  if (old?.spec?.partitionTypeAttribute === undefined) delete slice.spec?.partitionTypeAttribute;
  if ((old?.spec?.skipNodeOperations ?? []).length === 0) delete slice.spec?.skipNodeOperations;
}

const consumptionsOf = (devices: readonly Device[]): readonly DeviceCounterConsumption[] =>
  devices.flatMap(({ consumesCounters = [] }) => consumesCounters);

const attributesOf = (devices: readonly Device[]): readonly DeviceAttribute[] =>
  devices.flatMap(({ attributes = {} }) => Object.values(attributes));
