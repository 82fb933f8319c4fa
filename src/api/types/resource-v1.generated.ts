/** Made by .dev/generate-types.ts: a decoded object is of such a type. Every field may be absent. */
import type { JsonValue } from '../../machinery/json-value.ts';
import type { NodeSelector } from './core-v1.generated.ts';
import type { Condition, ObjectMeta } from './meta-v1.generated.ts';

export type AllocatedDeviceStatus = {
  conditions?: Condition[] | null;
  data?: JsonValue;
  device?: string;
  driver?: string;
  networkData?: NetworkDeviceData;
  pool?: string;
  shareID?: string;
};

export type AllocationResult = {
  allocationTimestamp?: string;
  devices?: DeviceAllocationResult;
  nodeSelector?: NodeSelector;
};

export type CELDeviceSelector = {
  expression?: string;
};

export type CapacityRequestPolicy = {
  default?: string | null;
  validRange?: CapacityRequestPolicyRange;
  validValues?: string[];
};

export type CapacityRequestPolicyRange = {
  max?: string;
  min?: string;
  step?: string;
};

export type CapacityRequirements = {
  requests?: { [key: string]: string };
};

export type Counter = {
  value?: string;
};

export type CounterSet = {
  counters?: { [key: string]: Counter };
  name?: string;
};

export type Device = {
  allNodes?: boolean;
  allowMultipleAllocations?: boolean;
  attributes?: { [key: string]: DeviceAttribute };
  bindingConditions?: string[];
  bindingFailureConditions?: string[];
  bindsToNode?: boolean;
  capacity?: { [key: string]: DeviceCapacity };
  consumesCounters?: DeviceCounterConsumption[];
  name?: string;
  nodeAllocatableResources?: { [key: string]: NodeAllocatableResource };
  nodeName?: string;
  nodeSelector?: NodeSelector;
  taints?: DeviceTaint[];
};

export type DeviceAllocationConfiguration = {
  opaque?: OpaqueDeviceConfiguration;
  requests?: string[];
  source?: string;
};

export type DeviceAllocationResult = {
  config?: DeviceAllocationConfiguration[];
  results?: DeviceRequestAllocationResult[];
};

export type DeviceAttribute = {
  bool?: boolean;
  bools?: boolean[];
  int?: number | bigint;
  ints?: (number | bigint)[];
  string?: string;
  strings?: string[];
  version?: string;
  versions?: string[];
};

export type DeviceCapacity = {
  requestPolicy?: CapacityRequestPolicy;
  value?: string;
};

export type DeviceClaim = {
  config?: DeviceClaimConfiguration[];
  constraints?: DeviceConstraint[];
  requests?: DeviceRequest[] | null;
};

export type DeviceClaimConfiguration = {
  opaque?: OpaqueDeviceConfiguration;
  requests?: string[];
};

export type DeviceClass = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  spec?: DeviceClassSpec;
};

export type DeviceClassConfiguration = {
  opaque?: OpaqueDeviceConfiguration;
};

export type DeviceClassSpec = {
  config?: DeviceClassConfiguration[];
  extendedResourceName?: string;
  selectors?: DeviceSelector[];
};

export type DeviceConstraint = {
  distinctAttribute?: string;
  matchAttribute?: string;
  requests?: string[];
};

export type DeviceCounterConsumption = {
  compatibilityGroups?: string[];
  counterSet?: string;
  counters?: { [key: string]: Counter };
};

export type DeviceDerivedAttribute = {
  expression?: string;
  name?: string;
};

export type DeviceRequest = {
  exactly?: ExactDeviceRequest;
  firstAvailable?: DeviceSubRequest[];
  name?: string;
};

export type DeviceRequestAllocationResult = {
  adminAccess?: boolean;
  bindingConditions?: string[];
  bindingFailureConditions?: string[];
  consumedCapacity?: { [key: string]: string };
  device?: string;
  driver?: string;
  pool?: string;
  request?: string;
  shareID?: string;
  skipNodeOperations?: string[];
  tolerations?: DeviceToleration[];
};

export type DeviceSelector = {
  cel?: CELDeviceSelector;
};

export type DeviceSubRequest = {
  allocationMode?: string;
  capacity?: CapacityRequirements;
  count?: number | bigint;
  derivedAttributes?: DeviceDerivedAttribute[];
  deviceClassName?: string;
  name?: string;
  selectors?: DeviceSelector[];
  tolerations?: DeviceToleration[];
};

export type DeviceTaint = {
  effect?: string;
  key?: string;
  timeAdded?: string;
  value?: string;
};

export type DeviceTaintRule = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  spec?: DeviceTaintRuleSpec;
  status?: DeviceTaintRuleStatus;
};

export type DeviceTaintRuleSpec = {
  deviceSelector?: DeviceTaintSelector;
  taint?: DeviceTaint;
};

export type DeviceTaintRuleStatus = {
  conditions?: Condition[];
};

export type DeviceTaintSelector = {
  device?: string;
  driver?: string;
  pool?: string;
};

export type DeviceToleration = {
  effect?: string;
  key?: string;
  operator?: string;
  tolerationSeconds?: number | bigint;
  value?: string;
};

export type ExactDeviceRequest = {
  adminAccess?: boolean;
  allocationMode?: string;
  capacity?: CapacityRequirements;
  count?: number | bigint;
  derivedAttributes?: DeviceDerivedAttribute[];
  deviceClassName?: string;
  selectors?: DeviceSelector[];
  tolerations?: DeviceToleration[];
};

export type NetworkDeviceData = {
  hardwareAddress?: string;
  interfaceName?: string;
  ips?: string[];
};

export type NodeAllocatableMapping = {
  capacityKey?: string;
  capacityMultiplier?: string;
  deviceMultiplier?: string;
};

export type NodeAllocatableOverhead = {
  perContainer?: string;
  perPod?: string;
};

export type NodeAllocatableResource = {
  mapping?: NodeAllocatableMapping;
  overhead?: NodeAllocatableOverhead;
};

export type OpaqueDeviceConfiguration = {
  driver?: string;
  parameters?: JsonValue;
};

export type ResourceClaim = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  spec?: ResourceClaimSpec;
  status?: ResourceClaimStatus;
};

export type ResourceClaimConsumerReference = {
  apiGroup?: string;
  name?: string;
  resource?: string;
  uid?: string;
};

export type ResourceClaimSpec = {
  devices?: DeviceClaim;
};

export type ResourceClaimStatus = {
  allocation?: AllocationResult;
  devices?: AllocatedDeviceStatus[];
  reservedFor?: ResourceClaimConsumerReference[];
};

export type ResourceClaimTemplate = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  spec?: ResourceClaimTemplateSpec;
};

export type ResourceClaimTemplateSpec = {
  metadata?: ObjectMeta;
  spec?: ResourceClaimSpec;
};

export type ResourcePool = {
  generation?: number | bigint;
  name?: string;
  resourceSliceCount?: number | bigint;
};

export type ResourceSlice = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  spec?: ResourceSliceSpec;
};

export type ResourceSliceSpec = {
  allNodes?: boolean;
  devices?: Device[];
  driver?: string;
  nodeName?: string;
  nodeSelector?: NodeSelector;
  partitionTypeAttribute?: string;
  perDeviceNodeSelection?: boolean;
  pool?: ResourcePool;
  sharedCounters?: CounterSet[];
  skipNodeOperations?: string[];
};
