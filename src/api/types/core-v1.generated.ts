/** Made by .dev/generate-types.ts: a decoded object is of such a type. Every field may be absent. */
import type { Condition, LabelSelector, ObjectMeta } from './meta-v1.generated.ts';

export type AWSElasticBlockStoreVolumeSource = {
  fsType?: string;
  partition?: number;
  readOnly?: boolean;
  volumeID?: string;
};

export type Affinity = {
  nodeAffinity?: NodeAffinity;
  podAffinity?: PodAffinity;
  podAntiAffinity?: PodAntiAffinity;
};

export type AppArmorProfile = {
  localhostProfile?: string;
  type?: string;
};

export type AttachedVolume = {
  devicePath?: string;
  name?: string;
};

export type AzureDiskVolumeSource = {
  cachingMode?: string;
  diskName?: string;
  diskURI?: string;
  fsType?: string;
  kind?: string;
  readOnly?: boolean;
};

export type AzureFilePersistentVolumeSource = {
  readOnly?: boolean;
  secretName?: string;
  secretNamespace?: string | null;
  shareName?: string;
};

export type AzureFileVolumeSource = {
  readOnly?: boolean;
  secretName?: string;
  shareName?: string;
};

export type Binding = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  target?: ObjectReference;
};

export type CSIPersistentVolumeSource = {
  controllerExpandSecretRef?: SecretReference;
  controllerPublishSecretRef?: SecretReference;
  driver?: string;
  fsType?: string;
  nodeExpandSecretRef?: SecretReference;
  nodePublishSecretRef?: SecretReference;
  nodeStageSecretRef?: SecretReference;
  readOnly?: boolean;
  volumeAttributes?: { [key: string]: string };
  volumeHandle?: string;
};

export type CSIVolumeSource = {
  driver?: string;
  fsType?: string;
  nodePublishSecretRef?: LocalObjectReference;
  readOnly?: boolean;
  volumeAttributes?: { [key: string]: string };
};

export type Capabilities = {
  add?: string[];
  drop?: string[];
};

export type CephFSPersistentVolumeSource = {
  monitors?: string[] | null;
  path?: string;
  readOnly?: boolean;
  secretFile?: string;
  secretRef?: SecretReference;
  user?: string;
};

export type CephFSVolumeSource = {
  monitors?: string[] | null;
  path?: string;
  readOnly?: boolean;
  secretFile?: string;
  secretRef?: LocalObjectReference;
  user?: string;
};

export type CinderPersistentVolumeSource = {
  fsType?: string;
  readOnly?: boolean;
  secretRef?: SecretReference;
  volumeID?: string;
};

export type CinderVolumeSource = {
  fsType?: string;
  readOnly?: boolean;
  secretRef?: LocalObjectReference;
  volumeID?: string;
};

export type ClientIPConfig = {
  timeoutSeconds?: number;
};

export type ClusterTrustBundleProjection = {
  labelSelector?: LabelSelector;
  name?: string;
  optional?: boolean;
  path?: string;
  signerName?: string;
  user?: number | bigint;
};

export type ComponentCondition = {
  error?: string;
  message?: string;
  status?: string;
  type?: string;
};

export type ComponentStatus = {
  apiVersion?: string;
  conditions?: ComponentCondition[];
  kind?: string;
  metadata?: ObjectMeta;
};

export type ConfigMap = {
  apiVersion?: string;
  binaryData?: { [key: string]: string };
  data?: { [key: string]: string };
  immutable?: boolean;
  kind?: string;
  metadata?: ObjectMeta;
};

export type ConfigMapEnvSource = {
  name?: string;
  optional?: boolean;
};

export type ConfigMapKeySelector = {
  key?: string;
  name?: string;
  optional?: boolean;
};

export type ConfigMapNodeConfigSource = {
  kubeletConfigKey?: string;
  name?: string;
  namespace?: string;
  resourceVersion?: string;
  uid?: string;
};

export type ConfigMapProjection = {
  items?: KeyToPath[];
  name?: string;
  optional?: boolean;
};

export type ConfigMapVolumeSource = {
  defaultMode?: number;
  defaultUser?: number | bigint;
  items?: KeyToPath[];
  name?: string;
  optional?: boolean;
};

export type Container = {
  args?: string[];
  command?: string[];
  env?: EnvVar[];
  envFrom?: EnvFromSource[];
  image?: string;
  imagePullPolicy?: string;
  lifecycle?: Lifecycle;
  livenessProbe?: Probe;
  name?: string;
  ports?: ContainerPort[];
  readinessProbe?: Probe;
  resizePolicy?: ContainerResizePolicy[];
  resources?: ResourceRequirements;
  restartPolicy?: string;
  restartPolicyRules?: ContainerRestartRule[];
  securityContext?: SecurityContext;
  startupProbe?: Probe;
  stdin?: boolean;
  stdinOnce?: boolean;
  terminationMessagePath?: string;
  terminationMessagePolicy?: string;
  tty?: boolean;
  volumeDevices?: VolumeDevice[];
  volumeMounts?: VolumeMount[];
  workingDir?: string;
};

export type ContainerExtendedResourceRequest = {
  containerName?: string;
  requestName?: string;
  resourceName?: string;
};

export type ContainerImage = {
  names?: string[] | null;
  sizeBytes?: number | bigint;
};

export type ContainerPort = {
  containerPort?: number;
  hostIP?: string;
  hostPort?: number;
  name?: string;
  protocol?: string;
};

export type ContainerResizePolicy = {
  resourceName?: string;
  restartPolicy?: string;
};

export type ContainerRestartRule = {
  action?: string;
  exitCodes?: ContainerRestartRuleOnExitCodes;
};

export type ContainerRestartRuleOnExitCodes = {
  operator?: string;
  values?: number[];
};

export type ContainerState = {
  running?: ContainerStateRunning;
  terminated?: ContainerStateTerminated;
  waiting?: ContainerStateWaiting;
};

export type ContainerStateRunning = {
  startedAt?: string | null;
};

export type ContainerStateTerminated = {
  containerID?: string;
  exitCode?: number;
  finishedAt?: string | null;
  message?: string;
  reason?: string;
  signal?: number;
  startedAt?: string | null;
};

export type ContainerStateWaiting = {
  message?: string;
  reason?: string;
};

export type ContainerStatus = {
  allocatedResources?: { [key: string]: string };
  allocatedResourcesStatus?: ResourceStatus[];
  containerID?: string;
  image?: string;
  imageID?: string;
  lastState?: ContainerState;
  name?: string;
  ready?: boolean;
  resources?: ResourceRequirements;
  restartCount?: number;
  started?: boolean;
  state?: ContainerState;
  stopSignal?: string;
  user?: ContainerUser;
  volumeMounts?: VolumeMountStatus[];
};

export type ContainerUser = {
  linux?: LinuxContainerUser;
};

export type DaemonEndpoint = {
  Port?: number;
};

export type DownwardAPIProjection = {
  items?: DownwardAPIVolumeFile[];
};

export type DownwardAPIVolumeFile = {
  fieldRef?: ObjectFieldSelector;
  mode?: number;
  path?: string;
  resourceFieldRef?: ResourceFieldSelector;
  user?: number | bigint;
};

export type DownwardAPIVolumeSource = {
  defaultMode?: number;
  defaultUser?: number | bigint;
  items?: DownwardAPIVolumeFile[];
};

export type EmptyDirVolumeSource = {
  medium?: string;
  mode?: number;
  sizeLimit?: string;
};

export type EndpointAddress = {
  hostname?: string;
  ip?: string;
  nodeName?: string;
  targetRef?: ObjectReference;
};

export type EndpointPort = {
  appProtocol?: string;
  name?: string;
  port?: number;
  protocol?: string;
};

export type EndpointSubset = {
  addresses?: EndpointAddress[];
  notReadyAddresses?: EndpointAddress[];
  ports?: EndpointPort[];
};

export type Endpoints = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  subsets?: EndpointSubset[];
};

export type EnvFromSource = {
  configMapRef?: ConfigMapEnvSource;
  prefix?: string;
  secretRef?: SecretEnvSource;
};

export type EnvVar = {
  name?: string;
  value?: string;
  valueFrom?: EnvVarSource;
};

export type EnvVarSource = {
  configMapKeyRef?: ConfigMapKeySelector;
  fieldRef?: ObjectFieldSelector;
  fileKeyRef?: FileKeySelector;
  resourceFieldRef?: ResourceFieldSelector;
  secretKeyRef?: SecretKeySelector;
};

export type EphemeralContainer = {
  args?: string[];
  command?: string[];
  env?: EnvVar[];
  envFrom?: EnvFromSource[];
  image?: string;
  imagePullPolicy?: string;
  lifecycle?: Lifecycle;
  livenessProbe?: Probe;
  name?: string;
  ports?: ContainerPort[];
  readinessProbe?: Probe;
  resizePolicy?: ContainerResizePolicy[];
  resources?: ResourceRequirements;
  restartPolicy?: string;
  restartPolicyRules?: ContainerRestartRule[];
  securityContext?: SecurityContext;
  startupProbe?: Probe;
  stdin?: boolean;
  stdinOnce?: boolean;
  targetContainerName?: string;
  terminationMessagePath?: string;
  terminationMessagePolicy?: string;
  tty?: boolean;
  volumeDevices?: VolumeDevice[];
  volumeMounts?: VolumeMount[];
  workingDir?: string;
};

export type EphemeralVolumeSource = {
  volumeClaimTemplate?: PersistentVolumeClaimTemplate;
};

export type Event = {
  action?: string;
  apiVersion?: string;
  count?: number;
  eventTime?: string | null;
  firstTimestamp?: string | null;
  involvedObject?: ObjectReference;
  kind?: string;
  lastTimestamp?: string | null;
  message?: string;
  metadata?: ObjectMeta;
  reason?: string;
  related?: ObjectReference;
  reportingComponent?: string;
  reportingInstance?: string;
  series?: EventSeries;
  source?: EventSource;
  type?: string;
};

export type EventSeries = {
  count?: number;
  lastObservedTime?: string | null;
};

export type EventSource = {
  component?: string;
  host?: string;
};

export type EvictionResponder = {
  name?: string;
  priority?: number | null;
};

export type ExecAction = {
  command?: string[];
};

export type FCVolumeSource = {
  fsType?: string;
  lun?: number;
  readOnly?: boolean;
  targetWWNs?: string[];
  wwids?: string[];
};

export type FileKeySelector = {
  key?: string;
  optional?: boolean;
  path?: string;
  volumeName?: string;
};

export type FlexPersistentVolumeSource = {
  driver?: string;
  fsType?: string;
  options?: { [key: string]: string };
  readOnly?: boolean;
  secretRef?: SecretReference;
};

export type FlexVolumeSource = {
  driver?: string;
  fsType?: string;
  options?: { [key: string]: string };
  readOnly?: boolean;
  secretRef?: LocalObjectReference;
};

export type FlockerVolumeSource = {
  datasetName?: string;
  datasetUUID?: string;
};

export type GCEPersistentDiskVolumeSource = {
  fsType?: string;
  partition?: number;
  pdName?: string;
  readOnly?: boolean;
};

export type GRPCAction = {
  mode?: string;
  port?: number;
  service?: string | null;
};

export type GitRepoVolumeSource = {
  directory?: string;
  repository?: string;
  revision?: string;
};

export type GlusterfsPersistentVolumeSource = {
  endpoints?: string;
  endpointsNamespace?: string;
  path?: string;
  readOnly?: boolean;
};

export type GlusterfsVolumeSource = {
  endpoints?: string;
  path?: string;
  readOnly?: boolean;
};

export type HTTPGetAction = {
  host?: string;
  httpHeaders?: HTTPHeader[];
  path?: string;
  port?: number | string;
  protocol?: string;
  scheme?: string;
};

export type HTTPHeader = {
  name?: string;
  value?: string;
};

export type HostAlias = {
  hostnames?: string[];
  ip?: string;
};

export type HostIP = {
  ip?: string;
};

export type HostPathVolumeSource = {
  path?: string;
  type?: string;
};

export type ISCSIPersistentVolumeSource = {
  chapAuthDiscovery?: boolean;
  chapAuthSession?: boolean;
  fsType?: string;
  initiatorName?: string;
  iqn?: string;
  iscsiInterface?: string;
  lun?: number;
  portals?: string[];
  readOnly?: boolean;
  secretRef?: SecretReference;
  targetPortal?: string;
};

export type ISCSIVolumeSource = {
  chapAuthDiscovery?: boolean;
  chapAuthSession?: boolean;
  fsType?: string;
  initiatorName?: string;
  iqn?: string;
  iscsiInterface?: string;
  lun?: number;
  portals?: string[];
  readOnly?: boolean;
  secretRef?: LocalObjectReference;
  targetPortal?: string;
};

export type ImageVolumeSource = {
  pullPolicy?: string;
  reference?: string;
};

export type ImageVolumeStatus = {
  imageRef?: string;
};

export type KeyToPath = {
  key?: string;
  mode?: number;
  path?: string;
  user?: number | bigint;
};

export type Lifecycle = {
  postStart?: LifecycleHandler;
  preStop?: LifecycleHandler;
  stopSignal?: string;
};

export type LifecycleHandler = {
  exec?: ExecAction;
  httpGet?: HTTPGetAction;
  sleep?: SleepAction;
  tcpSocket?: TCPSocketAction;
};

export type LimitRange = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  spec?: LimitRangeSpec;
};

export type LimitRangeItem = {
  default?: { [key: string]: string };
  defaultRequest?: { [key: string]: string };
  max?: { [key: string]: string };
  maxLimitRequestRatio?: { [key: string]: string };
  min?: { [key: string]: string };
  type?: string;
};

export type LimitRangeSpec = {
  limits?: LimitRangeItem[] | null;
};

export type LinuxContainerUser = {
  gid?: number | bigint;
  supplementalGroups?: (number | bigint)[];
  uid?: number | bigint;
};

export type LoadBalancerIngress = {
  hostname?: string;
  ip?: string;
  ipMode?: string;
  ports?: PortStatus[];
};

export type LoadBalancerStatus = {
  ingress?: LoadBalancerIngress[];
};

export type LocalObjectReference = {
  name?: string;
};

export type LocalVolumeSource = {
  fsType?: string;
  path?: string;
};

export type ModifyVolumeStatus = {
  status?: string;
  targetVolumeAttributesClassName?: string;
};

export type NFSVolumeSource = {
  path?: string;
  readOnly?: boolean;
  server?: string;
};

export type Namespace = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  spec?: NamespaceSpec;
  status?: NamespaceStatus;
};

export type NamespaceCondition = {
  lastTransitionTime?: string | null;
  message?: string;
  reason?: string;
  status?: string;
  type?: string;
};

export type NamespaceSpec = {
  finalizers?: string[];
};

export type NamespaceStatus = {
  conditions?: NamespaceCondition[];
  phase?: string;
};

export type Node = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  spec?: NodeSpec;
  status?: NodeStatus;
};

export type NodeAddress = {
  address?: string;
  type?: string;
};

export type NodeAffinity = {
  preferredDuringSchedulingIgnoredDuringExecution?: PreferredSchedulingTerm[];
  requiredDuringSchedulingIgnoredDuringExecution?: NodeSelector;
};

export type NodeAllocatableMappedResources = {
  name?: string;
  quantity?: string | null;
};

export type NodeAllocatableOverheadResources = {
  name?: string;
  perContainer?: string;
  perPod?: string;
};

export type NodeAllocatableResourceClaimStatus = {
  containers?: string[];
  mapping?: NodeAllocatableMappedResources[];
  overhead?: NodeAllocatableOverheadResources[];
  resourceClaimName?: string;
};

export type NodeCondition = {
  lastHeartbeatTime?: string | null;
  lastTransitionTime?: string | null;
  message?: string;
  reason?: string;
  status?: string;
  type?: string;
};

export type NodeConfigSource = {
  configMap?: ConfigMapNodeConfigSource;
};

export type NodeConfigStatus = {
  active?: NodeConfigSource;
  assigned?: NodeConfigSource;
  error?: string;
  lastKnownGood?: NodeConfigSource;
};

export type NodeDaemonEndpoints = {
  kubeletEndpoint?: DaemonEndpoint;
};

export type NodeFeatures = {
  supplementalGroupsPolicy?: boolean;
};

export type NodePodPreemptionPolicy = {
  disableResizePreemption?: string[];
};

export type NodeRuntimeHandler = {
  features?: NodeRuntimeHandlerFeatures;
  name?: string;
};

export type NodeRuntimeHandlerFeatures = {
  recursiveReadOnlyMounts?: boolean;
  userNamespaces?: boolean;
};

export type NodeSelector = {
  nodeSelectorTerms?: NodeSelectorTerm[] | null;
};

export type NodeSelectorRequirement = {
  key?: string;
  operator?: string;
  values?: string[];
};

export type NodeSelectorTerm = {
  matchExpressions?: NodeSelectorRequirement[];
  matchFields?: NodeSelectorRequirement[];
};

export type NodeSpec = {
  configSource?: NodeConfigSource;
  externalID?: string;
  podCIDR?: string;
  podCIDRs?: string[];
  podPreemptionPolicy?: NodePodPreemptionPolicy;
  providerID?: string;
  taints?: Taint[];
  unschedulable?: boolean;
};

export type NodeStatus = {
  addresses?: NodeAddress[];
  allocatable?: { [key: string]: string };
  capacity?: { [key: string]: string };
  conditions?: NodeCondition[];
  config?: NodeConfigStatus;
  daemonEndpoints?: NodeDaemonEndpoints;
  declaredFeatures?: string[];
  features?: NodeFeatures;
  images?: ContainerImage[];
  nodeInfo?: NodeSystemInfo;
  phase?: string;
  runtimeHandlers?: NodeRuntimeHandler[];
  volumesAttached?: AttachedVolume[];
  volumesInUse?: string[];
};

export type NodeSwapStatus = {
  capacity?: number | bigint;
};

export type NodeSystemInfo = {
  architecture?: string;
  bootID?: string;
  containerRuntimeVersion?: string;
  kernelVersion?: string;
  kubeProxyVersion?: string;
  kubeletVersion?: string;
  machineID?: string;
  operatingSystem?: string;
  osImage?: string;
  runningInUserNamespace?: boolean;
  swap?: NodeSwapStatus;
  systemUUID?: string;
};

export type ObjectFieldSelector = {
  apiVersion?: string;
  fieldPath?: string;
};

export type ObjectReference = {
  apiVersion?: string;
  fieldPath?: string;
  kind?: string;
  name?: string;
  namespace?: string;
  resourceVersion?: string;
  uid?: string;
};

export type PersistentVolume = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  spec?: PersistentVolumeSpec;
  status?: PersistentVolumeStatus;
};

export type PersistentVolumeClaim = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  spec?: PersistentVolumeClaimSpec;
  status?: PersistentVolumeClaimStatus;
};

export type PersistentVolumeClaimCondition = {
  lastProbeTime?: string | null;
  lastTransitionTime?: string | null;
  message?: string;
  reason?: string;
  status?: string;
  type?: string;
};

export type PersistentVolumeClaimSpec = {
  accessModes?: string[];
  dataSource?: TypedLocalObjectReference;
  dataSourceRef?: TypedObjectReference;
  resources?: VolumeResourceRequirements;
  selector?: LabelSelector;
  storageClassName?: string;
  volumeAttributesClassName?: string;
  volumeMode?: string;
  volumeName?: string;
};

export type PersistentVolumeClaimStatus = {
  accessModes?: string[];
  allocatedResourceStatuses?: { [key: string]: string };
  allocatedResources?: { [key: string]: string };
  capacity?: { [key: string]: string };
  conditions?: PersistentVolumeClaimCondition[];
  currentVolumeAttributesClassName?: string;
  healthStatus?: VolumeHealthStatus;
  modifyVolumeStatus?: ModifyVolumeStatus;
  phase?: string;
};

export type PersistentVolumeClaimTemplate = {
  metadata?: ObjectMeta;
  spec?: PersistentVolumeClaimSpec;
};

export type PersistentVolumeClaimVolumeSource = {
  claimName?: string;
  readOnly?: boolean;
};

export type PersistentVolumeSpec = {
  accessModes?: string[];
  awsElasticBlockStore?: AWSElasticBlockStoreVolumeSource;
  azureDisk?: AzureDiskVolumeSource;
  azureFile?: AzureFilePersistentVolumeSource;
  capacity?: { [key: string]: string };
  cephfs?: CephFSPersistentVolumeSource;
  cinder?: CinderPersistentVolumeSource;
  claimRef?: ObjectReference;
  csi?: CSIPersistentVolumeSource;
  fc?: FCVolumeSource;
  flexVolume?: FlexPersistentVolumeSource;
  flocker?: FlockerVolumeSource;
  gcePersistentDisk?: GCEPersistentDiskVolumeSource;
  glusterfs?: GlusterfsPersistentVolumeSource;
  hostPath?: HostPathVolumeSource;
  iscsi?: ISCSIPersistentVolumeSource;
  local?: LocalVolumeSource;
  mountOptions?: string[];
  nfs?: NFSVolumeSource;
  nodeAffinity?: VolumeNodeAffinity;
  persistentVolumeReclaimPolicy?: string;
  photonPersistentDisk?: PhotonPersistentDiskVolumeSource;
  portworxVolume?: PortworxVolumeSource;
  quobyte?: QuobyteVolumeSource;
  rbd?: RBDPersistentVolumeSource;
  scaleIO?: ScaleIOPersistentVolumeSource;
  storageClassName?: string;
  storageos?: StorageOSPersistentVolumeSource;
  volumeAttributesClassName?: string;
  volumeMode?: string;
  vsphereVolume?: VsphereVirtualDiskVolumeSource;
};

export type PersistentVolumeStatus = {
  lastPhaseTransitionTime?: string;
  message?: string;
  phase?: string;
  reason?: string;
};

export type PhotonPersistentDiskVolumeSource = {
  fsType?: string;
  pdID?: string;
};

export type Pod = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  spec?: PodSpec;
  status?: PodStatus;
};

export type PodAffinity = {
  preferredDuringSchedulingIgnoredDuringExecution?: WeightedPodAffinityTerm[];
  requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[];
};

export type PodAffinityTerm = {
  labelSelector?: LabelSelector;
  matchLabelKeys?: string[];
  mismatchLabelKeys?: string[];
  namespaceSelector?: LabelSelector;
  namespaces?: string[];
  topologyKey?: string;
};

export type PodAntiAffinity = {
  preferredDuringSchedulingIgnoredDuringExecution?: WeightedPodAffinityTerm[];
  requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[];
};

export type PodCertificateProjection = {
  certificateChainPath?: string;
  credentialBundlePath?: string;
  keyPath?: string;
  keyType?: string;
  maxExpirationSeconds?: number;
  signerName?: string;
  user?: number | bigint;
  userAnnotations?: { [key: string]: string };
};

export type PodCondition = {
  lastProbeTime?: string | null;
  lastTransitionTime?: string | null;
  message?: string;
  observedGeneration?: number | bigint;
  reason?: string;
  status?: string;
  type?: string;
};

export type PodDNSConfig = {
  nameservers?: string[];
  options?: PodDNSConfigOption[];
  searches?: string[];
};

export type PodDNSConfigOption = {
  name?: string;
  value?: string;
};

export type PodExtendedResourceClaimStatus = {
  requestMappings?: ContainerExtendedResourceRequest[] | null;
  resourceClaimName?: string;
};

export type PodIP = {
  ip?: string;
};

export type PodOS = {
  name?: string;
};

export type PodReadinessGate = {
  conditionType?: string;
};

export type PodResourceClaim = {
  name?: string;
  resourceClaimName?: string;
  resourceClaimTemplateName?: string;
};

export type PodResourceClaimStatus = {
  name?: string;
  resourceClaimName?: string;
};

export type PodSchedulingGate = {
  name?: string;
};

export type PodSchedulingGroup = {
  podGroupName?: string;
};

export type PodSecurityContext = {
  appArmorProfile?: AppArmorProfile;
  fsGroup?: number | bigint;
  fsGroupChangePolicy?: string;
  runAsGroup?: number | bigint;
  runAsNonRoot?: boolean;
  runAsUser?: number | bigint;
  seLinuxChangePolicy?: string;
  seLinuxOptions?: SELinuxOptions;
  seccompProfile?: SeccompProfile;
  supplementalGroups?: (number | bigint)[];
  supplementalGroupsPolicy?: string;
  sysctls?: Sysctl[];
  windowsOptions?: WindowsSecurityContextOptions;
};

export type PodSpec = {
  activeDeadlineSeconds?: number | bigint;
  affinity?: Affinity;
  automountServiceAccountToken?: boolean;
  containers?: Container[] | null;
  dnsConfig?: PodDNSConfig;
  dnsPolicy?: string;
  enableServiceLinks?: boolean;
  ephemeralContainers?: EphemeralContainer[];
  evictionResponders?: EvictionResponder[];
  hostAliases?: HostAlias[];
  hostIPC?: boolean;
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostUsers?: boolean;
  hostname?: string;
  hostnameOverride?: string;
  imagePullSecrets?: LocalObjectReference[];
  initContainers?: Container[];
  nodeName?: string;
  nodeSelector?: { [key: string]: string };
  os?: PodOS;
  overhead?: { [key: string]: string };
  preemptionPolicy?: string;
  priority?: number;
  priorityClassName?: string;
  readinessGates?: PodReadinessGate[];
  resourceClaims?: PodResourceClaim[];
  resources?: ResourceRequirements;
  restartPolicy?: string;
  runtimeClassName?: string;
  schedulerName?: string;
  schedulingGates?: PodSchedulingGate[];
  schedulingGroup?: PodSchedulingGroup;
  securityContext?: PodSecurityContext;
  serviceAccount?: string;
  serviceAccountName?: string;
  setHostnameAsFQDN?: boolean;
  shareProcessNamespace?: boolean;
  subdomain?: string;
  terminationGracePeriodSeconds?: number | bigint;
  tolerations?: Toleration[];
  topologySpreadConstraints?: TopologySpreadConstraint[];
  volumes?: Volume[];
};

export type PodStatus = {
  allocatedResources?: { [key: string]: string };
  conditions?: PodCondition[];
  containerStatuses?: ContainerStatus[];
  ephemeralContainerStatuses?: ContainerStatus[];
  extendedResourceClaimStatus?: PodExtendedResourceClaimStatus;
  hostIP?: string;
  hostIPs?: HostIP[];
  initContainerStatuses?: ContainerStatus[];
  message?: string;
  nodeAllocatableResourceClaimStatuses?: NodeAllocatableResourceClaimStatus[];
  nominatedNodeName?: string;
  observedGeneration?: number | bigint;
  phase?: string;
  podIP?: string;
  podIPs?: PodIP[];
  qosClass?: string;
  reason?: string;
  resize?: string;
  resourceClaimStatuses?: PodResourceClaimStatus[];
  resources?: ResourceRequirements;
  startTime?: string;
  volumeHealth?: PodVolumeHealth[];
};

export type PodTemplate = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  template?: PodTemplateSpec;
};

export type PodTemplateSpec = {
  metadata?: ObjectMeta;
  spec?: PodSpec;
};

export type PodVolumeHealth = {
  healthConditions?: VolumeHealthCondition[];
  lastTransitionTime?: string | null;
  name?: string;
};

export type PortStatus = {
  error?: string;
  port?: number;
  protocol?: string;
};

export type PortworxVolumeSource = {
  fsType?: string;
  readOnly?: boolean;
  volumeID?: string;
};

export type PreferredSchedulingTerm = {
  preference?: NodeSelectorTerm;
  weight?: number;
};

export type Probe = {
  exec?: ExecAction;
  failureThreshold?: number;
  grpc?: GRPCAction;
  httpGet?: HTTPGetAction;
  initialDelaySeconds?: number;
  periodSeconds?: number;
  successThreshold?: number;
  tcpSocket?: TCPSocketAction;
  terminationGracePeriodSeconds?: number | bigint;
  timeoutSeconds?: number;
};

export type ProjectedVolumeSource = {
  defaultMode?: number;
  defaultUser?: number | bigint;
  sources?: VolumeProjection[] | null;
};

export type QuobyteVolumeSource = {
  group?: string;
  readOnly?: boolean;
  registry?: string;
  tenant?: string;
  user?: string;
  volume?: string;
};

export type RBDPersistentVolumeSource = {
  fsType?: string;
  image?: string;
  keyring?: string;
  monitors?: string[] | null;
  pool?: string;
  readOnly?: boolean;
  secretRef?: SecretReference;
  user?: string;
};

export type RBDVolumeSource = {
  fsType?: string;
  image?: string;
  keyring?: string;
  monitors?: string[] | null;
  pool?: string;
  readOnly?: boolean;
  secretRef?: LocalObjectReference;
  user?: string;
};

export type ReplicationController = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  spec?: ReplicationControllerSpec;
  status?: ReplicationControllerStatus;
};

export type ReplicationControllerCondition = {
  lastTransitionTime?: string | null;
  message?: string;
  reason?: string;
  status?: string;
  type?: string;
};

export type ReplicationControllerSpec = {
  minReadySeconds?: number;
  replicas?: number;
  selector?: { [key: string]: string };
  template?: PodTemplateSpec;
};

export type ReplicationControllerStatus = {
  availableReplicas?: number;
  conditions?: ReplicationControllerCondition[];
  fullyLabeledReplicas?: number;
  observedGeneration?: number | bigint;
  readyReplicas?: number;
  replicas?: number;
};

export type ResourceClaim = {
  name?: string;
  request?: string;
};

export type ResourceFieldSelector = {
  containerName?: string;
  divisor?: string;
  resource?: string;
};

export type ResourceHealth = {
  health?: string;
  message?: string;
  resourceID?: string;
};

export type ResourceQuota = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  spec?: ResourceQuotaSpec;
  status?: ResourceQuotaStatus;
};

export type ResourceQuotaSpec = {
  hard?: { [key: string]: string };
  scopeSelector?: ScopeSelector;
  scopes?: string[];
};

export type ResourceQuotaStatus = {
  hard?: { [key: string]: string };
  used?: { [key: string]: string };
};

export type ResourceRequirements = {
  claims?: ResourceClaim[];
  limits?: { [key: string]: string };
  requests?: { [key: string]: string };
};

export type ResourceStatus = {
  name?: string;
  resources?: ResourceHealth[];
};

export type SELinuxOptions = {
  level?: string;
  role?: string;
  type?: string;
  user?: string;
};

export type ScaleIOPersistentVolumeSource = {
  fsType?: string;
  gateway?: string;
  protectionDomain?: string;
  readOnly?: boolean;
  secretRef?: SecretReference | null;
  sslEnabled?: boolean;
  storageMode?: string;
  storagePool?: string;
  system?: string;
  volumeName?: string;
};

export type ScaleIOVolumeSource = {
  fsType?: string;
  gateway?: string;
  protectionDomain?: string;
  readOnly?: boolean;
  secretRef?: LocalObjectReference | null;
  sslEnabled?: boolean;
  storageMode?: string;
  storagePool?: string;
  system?: string;
  volumeName?: string;
};

export type ScopeSelector = {
  matchExpressions?: ScopedResourceSelectorRequirement[];
};

export type ScopedResourceSelectorRequirement = {
  operator?: string;
  scopeName?: string;
  values?: string[];
};

export type SeccompProfile = {
  localhostProfile?: string;
  type?: string;
};

export type Secret = {
  apiVersion?: string;
  data?: { [key: string]: string };
  immutable?: boolean;
  kind?: string;
  metadata?: ObjectMeta;
  stringData?: { [key: string]: string };
  type?: string;
};

export type SecretEnvSource = {
  name?: string;
  optional?: boolean;
};

export type SecretKeySelector = {
  key?: string;
  name?: string;
  optional?: boolean;
};

export type SecretProjection = {
  items?: KeyToPath[];
  name?: string;
  optional?: boolean;
};

export type SecretReference = {
  name?: string;
  namespace?: string;
};

export type SecretVolumeSource = {
  defaultMode?: number;
  defaultUser?: number | bigint;
  items?: KeyToPath[];
  optional?: boolean;
  secretName?: string;
};

export type SecurityContext = {
  allowPrivilegeEscalation?: boolean;
  appArmorProfile?: AppArmorProfile;
  capabilities?: Capabilities;
  privileged?: boolean;
  procMount?: string;
  readOnlyRootFilesystem?: boolean;
  runAsGroup?: number | bigint;
  runAsNonRoot?: boolean;
  runAsUser?: number | bigint;
  seLinuxOptions?: SELinuxOptions;
  seccompProfile?: SeccompProfile;
  windowsOptions?: WindowsSecurityContextOptions;
};

export type Service = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  spec?: ServiceSpec;
  status?: ServiceStatus;
};

export type ServiceAccount = {
  apiVersion?: string;
  automountServiceAccountToken?: boolean;
  imagePullSecrets?: LocalObjectReference[];
  kind?: string;
  metadata?: ObjectMeta;
  secrets?: ObjectReference[];
};

export type ServiceAccountTokenProjection = {
  audience?: string;
  expirationSeconds?: number | bigint;
  path?: string;
  user?: number | bigint;
};

export type ServicePort = {
  appProtocol?: string;
  name?: string;
  nodePort?: number;
  port?: number;
  protocol?: string;
  targetPort?: number | string;
};

export type ServiceSpec = {
  allocateLoadBalancerNodePorts?: boolean;
  clusterIP?: string;
  clusterIPs?: string[];
  externalIPs?: string[];
  externalName?: string;
  externalTrafficPolicy?: string;
  healthCheckNodePort?: number;
  internalTrafficPolicy?: string;
  ipFamilies?: string[];
  ipFamilyPolicy?: string;
  loadBalancerClass?: string;
  loadBalancerIP?: string;
  loadBalancerSourceRanges?: string[];
  ports?: ServicePort[];
  publishNotReadyAddresses?: boolean;
  selector?: { [key: string]: string };
  sessionAffinity?: string;
  sessionAffinityConfig?: SessionAffinityConfig;
  trafficDistribution?: string;
  type?: string;
};

export type ServiceStatus = {
  conditions?: Condition[];
  loadBalancer?: LoadBalancerStatus;
};

export type SessionAffinityConfig = {
  clientIP?: ClientIPConfig;
};

export type SleepAction = {
  seconds?: number | bigint;
};

export type StorageOSPersistentVolumeSource = {
  fsType?: string;
  readOnly?: boolean;
  secretRef?: ObjectReference;
  volumeName?: string;
  volumeNamespace?: string;
};

export type StorageOSVolumeSource = {
  fsType?: string;
  readOnly?: boolean;
  secretRef?: LocalObjectReference;
  volumeName?: string;
  volumeNamespace?: string;
};

export type Sysctl = {
  name?: string;
  value?: string;
};

export type TCPSocketAction = {
  host?: string;
  port?: number | string;
};

export type Taint = {
  effect?: string;
  key?: string;
  timeAdded?: string;
  value?: string;
};

export type Toleration = {
  effect?: string;
  key?: string;
  operator?: string;
  tolerationSeconds?: number | bigint;
  value?: string;
};

export type TopologySelectorLabelRequirement = {
  key?: string;
  values?: string[] | null;
};

export type TopologySelectorTerm = {
  matchLabelExpressions?: TopologySelectorLabelRequirement[];
};

export type TopologySpreadConstraint = {
  labelSelector?: LabelSelector;
  matchLabelKeys?: string[];
  maxSkew?: number;
  minDomains?: number;
  nodeAffinityPolicy?: string;
  nodeTaintsPolicy?: string;
  topologyKey?: string;
  whenUnsatisfiable?: string;
};

export type TypedLocalObjectReference = {
  apiGroup?: string | null;
  kind?: string;
  name?: string;
};

export type TypedObjectReference = {
  apiGroup?: string | null;
  kind?: string;
  name?: string;
  namespace?: string;
};

export type Volume = {
  awsElasticBlockStore?: AWSElasticBlockStoreVolumeSource;
  azureDisk?: AzureDiskVolumeSource;
  azureFile?: AzureFileVolumeSource;
  cephfs?: CephFSVolumeSource;
  cinder?: CinderVolumeSource;
  configMap?: ConfigMapVolumeSource;
  csi?: CSIVolumeSource;
  downwardAPI?: DownwardAPIVolumeSource;
  emptyDir?: EmptyDirVolumeSource;
  ephemeral?: EphemeralVolumeSource;
  fc?: FCVolumeSource;
  flexVolume?: FlexVolumeSource;
  flocker?: FlockerVolumeSource;
  gcePersistentDisk?: GCEPersistentDiskVolumeSource;
  gitRepo?: GitRepoVolumeSource;
  glusterfs?: GlusterfsVolumeSource;
  hostPath?: HostPathVolumeSource;
  image?: ImageVolumeSource;
  iscsi?: ISCSIVolumeSource;
  name?: string;
  nfs?: NFSVolumeSource;
  persistentVolumeClaim?: PersistentVolumeClaimVolumeSource;
  photonPersistentDisk?: PhotonPersistentDiskVolumeSource;
  portworxVolume?: PortworxVolumeSource;
  projected?: ProjectedVolumeSource;
  quobyte?: QuobyteVolumeSource;
  rbd?: RBDVolumeSource;
  scaleIO?: ScaleIOVolumeSource;
  secret?: SecretVolumeSource;
  storageos?: StorageOSVolumeSource;
  vsphereVolume?: VsphereVirtualDiskVolumeSource;
};

export type VolumeDevice = {
  devicePath?: string;
  name?: string;
};

export type VolumeHealthCondition = {
  message?: string;
  reason?: string;
  status?: string;
};

export type VolumeHealthStatus = {
  healthConditions?: VolumeHealthCondition[];
  lastTransitionTime?: string | null;
};

export type VolumeMount = {
  bindMountOptions?: string[];
  mountPath?: string;
  mountPropagation?: string;
  name?: string;
  readOnly?: boolean;
  recursiveReadOnly?: string;
  subPath?: string;
  subPathExpr?: string;
};

export type VolumeMountStatus = {
  mountPath?: string;
  name?: string;
  readOnly?: boolean;
  recursiveReadOnly?: string;
  volumeStatus?: VolumeStatus;
};

export type VolumeNodeAffinity = {
  required?: NodeSelector;
};

export type VolumeProjection = {
  clusterTrustBundle?: ClusterTrustBundleProjection;
  configMap?: ConfigMapProjection;
  downwardAPI?: DownwardAPIProjection;
  podCertificate?: PodCertificateProjection;
  secret?: SecretProjection;
  serviceAccountToken?: ServiceAccountTokenProjection;
};

export type VolumeResourceRequirements = {
  limits?: { [key: string]: string };
  requests?: { [key: string]: string };
};

export type VolumeStatus = {
  image?: ImageVolumeStatus;
};

export type VsphereVirtualDiskVolumeSource = {
  fsType?: string;
  storagePolicyID?: string;
  storagePolicyName?: string;
  volumePath?: string;
};

export type WeightedPodAffinityTerm = {
  podAffinityTerm?: PodAffinityTerm;
  weight?: number;
};

export type WindowsSecurityContextOptions = {
  gmsaCredentialSpec?: string;
  gmsaCredentialSpecName?: string;
  hostProcess?: boolean;
  runAsUserName?: string;
};
