import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { builtInKinds } from '../../src/api/built-in-kinds.ts';
import { shapeOf } from '../../src/api/stored-kind.ts';
import { asRevision } from '../../src/base/revision.ts';
import { translate } from '../../src/translate/translate.ts';

const shapes = new Map(builtInKinds().map(({ stored }) => [stored.resource, shapeOf(stored, '/registry')]));

/** What kube-apiserver 1.37.2 stored, and what it answered a GET with, without the resourceVersion. */
const recorded: readonly (readonly [resource: string, key: string, value: string, json: string])[] = [
  [
    'configmaps',
    '/registry/configmaps/fx/a',
    [
      'azhzAAoPCgJ2MRIJQ29uZmlnTWFwErMCCpUCCgFhEgAaAmZ4IgAqJDhlNTc5MGNhLTM4M2UtNDNmZi1iNjhjLTU4YzYyYzVlNTNhMTIAOABC',
      'CAiLla3YBhAAWgcKAjEwEgF4WgUKATkSAFoKCgNhcHASA3dlYooBtgEKD3B5dGhvbi1yZXF1ZXN0cxIGVXBkYXRlGgJ2MSIICIuVrdgGEAAy',
      'CEZpZWxkc1YxOoABCn57ImY6YmluYXJ5RGF0YSI6eyIuIjp7fSwiZjpiIjp7fX0sImY6ZGF0YSI6eyIuIjp7fSwiZjprIjp7fX0sImY6bWV0',
      'YWRhdGEiOnsiZjpsYWJlbHMiOnsiLiI6e30sImY6MTAiOnt9LCJmOjkiOnt9LCJmOmFwcCI6e319fX1CABIOCgFrEgnDqSA8Jj7igKgaCQoB',
      'YhIEAAEC/xoAIgA=',
    ].join(''),
    [
      '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","namespace":"fx","uid":"8e5790ca-383e-4',
      '3ff-b68c-58c62c5e53a1","creationTimestamp":"2026-11-28T21:41:31Z","labels":{"10":"x","9":"","app":"w',
      'eb"},"managedFields":[{"manager":"python-requests","operation":"Update","apiVersion":"v1","time":"20',
      '26-11-28T21:41:31Z","fieldsType":"FieldsV1","fieldsV1":{"f:binaryData":{".":{},"f:b":{}},"f:data":{"',
      '.":{},"f:k":{}},"f:metadata":{"f:labels":{".":{},"f:10":{},"f:9":{},"f:app":{}}}}}]},"data":{"k":"\\u',
      '00e9 <&>\\u2028"},"binaryData":{"b":"AAEC/w=="}}',
    ].join(''),
  ],
  [
    'secrets',
    '/registry/secrets/fx/a',
    [
      'azhzAAoMCgJ2MRIGU2VjcmV0Es0BCq4BCgFhEgAaAmZ4IgAqJDZlZmIzYzRmLTRhZTctNDQwOC04ZTI0LTk0ZTViZWVlM2RiMTIAOABCCAiL',
      'la3YBhAAigFsCg9weXRob24tcmVxdWVzdHMSBlVwZGF0ZRoCdjEiCAiLla3YBhAAMghGaWVsZHNWMTo3CjV7ImY6ZGF0YSI6eyIuIjp7fSwi',
      'ZjplbXB0eSI6e30sImY6ayI6e319LCJmOnR5cGUiOnt9fUIAEgkKBWVtcHR5EgASBwoBaxICaGkaBk9wYXF1ZRoAIgA=',
    ].join(''),
    [
      '{"kind":"Secret","apiVersion":"v1","metadata":{"name":"a","namespace":"fx","uid":"6efb3c4f-4ae7-4408',
      '-8e24-94e5beee3db1","creationTimestamp":"2026-11-28T21:41:31Z","managedFields":[{"manager":"python-r',
      'equests","operation":"Update","apiVersion":"v1","time":"2026-11-28T21:41:31Z","fieldsType":"FieldsV1',
      '","fieldsV1":{"f:data":{".":{},"f:empty":{},"f:k":{}},"f:type":{}}}]},"data":{"empty":"","k":"aGk="}',
      ',"type":"Opaque"}',
    ].join(''),
  ],
  [
    'pods',
    '/registry/pods/fx/a',
    [
      'azhzAAoJCgJ2MRIDUG9kEs8LCrgHCgFhEgAaAmZ4IgAqJGVmZTAzNjU4LWQ5NGEtNDFiNS04YmZiLThiYjEzOWNiNWZmMzIAOAFCCAiMla3Y',
      'BhAAigH1BgoPcHl0aG9uLXJlcXVlc3RzEgZVcGRhdGUaAnYxIggIjJWt2AYQADIIRmllbGRzVjE6vwYKvAZ7ImY6c3BlYyI6eyJmOmNvbnRh',
      'aW5lcnMiOnsiazp7XCJuYW1lXCI6XCJjXCJ9Ijp7Ii4iOnt9LCJmOmltYWdlIjp7fSwiZjppbWFnZVB1bGxQb2xpY3kiOnt9LCJmOmxpdmVu',
      'ZXNzUHJvYmUiOnsiLiI6e30sImY6ZmFpbHVyZVRocmVzaG9sZCI6e30sImY6aHR0cEdldCI6eyIuIjp7fSwiZjpwYXRoIjp7fSwiZjpwb3J0',
      'Ijp7fSwiZjpzY2hlbWUiOnt9fSwiZjpwZXJpb2RTZWNvbmRzIjp7fSwiZjpzdWNjZXNzVGhyZXNob2xkIjp7fSwiZjp0aW1lb3V0U2Vjb25k',
      'cyI6e319LCJmOm5hbWUiOnt9LCJmOnBvcnRzIjp7Ii4iOnt9LCJrOntcImNvbnRhaW5lclBvcnRcIjo4MCxcInByb3RvY29sXCI6XCJUQ1Bc',
      'In0iOnsiLiI6e30sImY6Y29udGFpbmVyUG9ydCI6e30sImY6cHJvdG9jb2wiOnt9fX0sImY6cmVzb3VyY2VzIjp7Ii4iOnt9LCJmOnJlcXVl',
      'c3RzIjp7Ii4iOnt9LCJmOmNwdSI6e30sImY6bWVtb3J5Ijp7fX19LCJmOnRlcm1pbmF0aW9uTWVzc2FnZVBhdGgiOnt9LCJmOnRlcm1pbmF0',
      'aW9uTWVzc2FnZVBvbGljeSI6e319fSwiZjpkbnNQb2xpY3kiOnt9LCJmOmVuYWJsZVNlcnZpY2VMaW5rcyI6e30sImY6cmVzdGFydFBvbGlj',
      'eSI6e30sImY6c2NoZWR1bGVyTmFtZSI6e30sImY6c2NoZWR1bGluZ0dhdGVzIjp7Ii4iOnt9LCJrOntcIm5hbWVcIjpcImEuYi9jXCJ9Ijp7',
      'Ii4iOnt9LCJmOm5hbWUiOnt9fX0sImY6c2VjdXJpdHlDb250ZXh0Ijp7fSwiZjp0ZXJtaW5hdGlvbkdyYWNlUGVyaW9kU2Vjb25kcyI6e30s',
      'ImY6dm9sdW1lcyI6eyIuIjp7fSwiazp7XCJuYW1lXCI6XCJ2XCJ9Ijp7Ii4iOnt9LCJmOmVtcHR5RGlyIjp7fSwiZjpuYW1lIjp7fX19fX1C',
      'ABL8AgoJCgF2EgQSAgoAEpABCgFjEgFpKgAyDQoAEAAYUCIDVENQKgBCIhINCgNjcHUSBgoENTAwbRIRCgZtZW1vcnkSBwoFMTI5ZTZSJQoZ',
      'EhcKAS8SCggBEAAaBGh0dHAaACIESFRUUBAAGAEgCigBMANqFC9kZXYvdGVybWluYXRpb24tbG9ncgZBbHdheXOAAQCIAQCQAQCiAQRGaWxl',
      'GgZBbHdheXMgADIMQ2x1c3RlckZpcnN0QgBKAFIAWABgAGgAcgCCAQCKAQCaARFkZWZhdWx0LXNjaGVkdWxlcrIBNgocbm9kZS5rdWJlcm5l',
      'dGVzLmlvL25vdC1yZWFkeRIGRXhpc3RzGgAiCU5vRXhlY3V0ZSisArIBOAoebm9kZS5rdWJlcm5ldGVzLmlvL3VucmVhY2hhYmxlEgZFeGlz',
      'dHMaACIJTm9FeGVjdXRlKKwCwgEAyAEA8AEB+gEUUHJlZW1wdExvd2VyUHJpb3JpdHmyAgcKBWEuYi9jGpIBCgdQZW5kaW5nEm0KDFBvZFNj',
      'aGVkdWxlZBIFRmFsc2UaACIICIyVrdgGEAAqD1NjaGVkdWxpbmdHYXRlZDI3U2NoZWR1bGluZyBpcyBibG9ja2VkIGR1ZSB0byBub24tZW1w',
      'dHkgc2NoZWR1bGluZyBnYXRlczgAGgAiACoAMgBKCUJ1cnN0YWJsZVoAcgCIAQAaACIA',
    ].join(''),
    [
      '{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a","namespace":"fx","uid":"efe03658-d94a-41b5-8b',
      'fb-8bb139cb5ff3","generation":1,"creationTimestamp":"2026-11-28T21:41:32Z","managedFields":[{"manage',
      'r":"python-requests","operation":"Update","apiVersion":"v1","time":"2026-11-28T21:41:32Z","fieldsTyp',
      'e":"FieldsV1","fieldsV1":{"f:spec":{"f:containers":{"k:{\\"name\\":\\"c\\"}":{".":{},"f:image":{},"f:ima',
      'gePullPolicy":{},"f:livenessProbe":{".":{},"f:failureThreshold":{},"f:httpGet":{".":{},"f:path":{},"',
      'f:port":{},"f:scheme":{}},"f:periodSeconds":{},"f:successThreshold":{},"f:timeoutSeconds":{}},"f:nam',
      'e":{},"f:ports":{".":{},"k:{\\"containerPort\\":80,\\"protocol\\":\\"TCP\\"}":{".":{},"f:containerPort":{}',
      ',"f:protocol":{}}},"f:resources":{".":{},"f:requests":{".":{},"f:cpu":{},"f:memory":{}}},"f:terminat',
      'ionMessagePath":{},"f:terminationMessagePolicy":{}}},"f:dnsPolicy":{},"f:enableServiceLinks":{},"f:r',
      'estartPolicy":{},"f:schedulerName":{},"f:schedulingGates":{".":{},"k:{\\"name\\":\\"a.b/c\\"}":{".":{},"',
      'f:name":{}}},"f:securityContext":{},"f:terminationGracePeriodSeconds":{},"f:volumes":{".":{},"k:{\\"n',
      'ame\\":\\"v\\"}":{".":{},"f:emptyDir":{},"f:name":{}}}}}}]},"spec":{"volumes":[{"name":"v","emptyDir":{',
      '}}],"containers":[{"name":"c","image":"i","ports":[{"containerPort":80,"protocol":"TCP"}],"resources',
      '":{"requests":{"cpu":"500m","memory":"129e6"}},"livenessProbe":{"httpGet":{"path":"/","port":"http",',
      '"scheme":"HTTP"},"timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3},"t',
      'erminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"A',
      'lways"}],"restartPolicy":"Always","terminationGracePeriodSeconds":0,"dnsPolicy":"ClusterFirst","secu',
      'rityContext":{},"schedulerName":"default-scheduler","tolerations":[{"key":"node.kubernetes.io/not-re',
      'ady","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},{"key":"node.kubernetes.io/un',
      'reachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}],"priority":0,"enableSe',
      'rviceLinks":true,"preemptionPolicy":"PreemptLowerPriority","schedulingGates":[{"name":"a.b/c"}]},"st',
      'atus":{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","lastProbeTime":null,',
      '"lastTransitionTime":"2026-11-28T21:41:32Z","reason":"SchedulingGated","message":"Scheduling is bloc',
      'ked due to non-empty scheduling gates"}],"qosClass":"Burstable"}}',
    ].join(''),
  ],
  [
    'statefulsets',
    '/registry/statefulsets/fx/a',
    [
      'azhzAAoWCgdhcHBzL3YxEgtTdGF0ZWZ1bFNldBKPCQq4BgoBYRIAGgJmeCIAKiQ1MjcwY2UxOC02N2E5LTRjNzktYjRlOC1hYTc5YzZjNjU5',
      'NzgyADgBQggIjJWt2AYQAIoB9QUKD3B5dGhvbi1yZXF1ZXN0cxIGVXBkYXRlGgdhcHBzL3YxIggIjJWt2AYQADIIRmllbGRzVjE6ugUKtwV7',
      'ImY6c3BlYyI6eyJmOnBlcnNpc3RlbnRWb2x1bWVDbGFpbVJldGVudGlvblBvbGljeSI6eyIuIjp7fSwiZjp3aGVuRGVsZXRlZCI6e30sImY6',
      'd2hlblNjYWxlZCI6e319LCJmOnBvZE1hbmFnZW1lbnRQb2xpY3kiOnt9LCJmOnJlcGxpY2FzIjp7fSwiZjpyZXZpc2lvbkhpc3RvcnlMaW1p',
      'dCI6e30sImY6c2VsZWN0b3IiOnt9LCJmOnNlcnZpY2VOYW1lIjp7fSwiZjp0ZW1wbGF0ZSI6eyJmOm1ldGFkYXRhIjp7ImY6bGFiZWxzIjp7',
      'Ii4iOnt9LCJmOmEiOnt9fX0sImY6c3BlYyI6eyJmOmNvbnRhaW5lcnMiOnsiazp7XCJuYW1lXCI6XCJjXCJ9Ijp7Ii4iOnt9LCJmOmltYWdl',
      'Ijp7fSwiZjppbWFnZVB1bGxQb2xpY3kiOnt9LCJmOm5hbWUiOnt9LCJmOnJlc291cmNlcyI6e30sImY6dGVybWluYXRpb25NZXNzYWdlUGF0',
      'aCI6e30sImY6dGVybWluYXRpb25NZXNzYWdlUG9saWN5Ijp7fX19LCJmOmRuc1BvbGljeSI6e30sImY6cmVzdGFydFBvbGljeSI6e30sImY6',
      'c2NoZWR1bGVyTmFtZSI6e30sImY6c2VjdXJpdHlDb250ZXh0Ijp7fSwiZjp0ZXJtaW5hdGlvbkdyYWNlUGVyaW9kU2Vjb25kcyI6e319fSwi',
      'Zjp1cGRhdGVTdHJhdGVneSI6eyJmOnJvbGxpbmdVcGRhdGUiOnsiLiI6e30sImY6bWF4VW5hdmFpbGFibGUiOnt9LCJmOnBhcnRpdGlvbiI6',
      'e319LCJmOnR5cGUiOnt9fSwiZjp2b2x1bWVDbGFpbVRlbXBsYXRlcyI6e319fUIAEr8CCAASCAoGCgFhEgFiGpkBChgKABIAGgAiACoAMgA4',
      'AEIAWgYKAWESAWISfRI4CgFjEgFpKgBCAGoUL2Rldi90ZXJtaW5hdGlvbi1sb2dyBkFsd2F5c4ABAIgBAJABAKIBBEZpbGUaBkFsd2F5cyAe',
      'MgxDbHVzdGVyRmlyc3RCAEoAUgBYAGAAaAByAIIBAIoBAJoBEWRlZmF1bHQtc2NoZWR1bGVywgEAIlEKEQoBZBIAGgAiACoAMgA4AEIAEjEK',
      'DVJlYWRXcml0ZU9uY2USEhIQCgdzdG9yYWdlEgUKAzFHaRoAMgpGaWxlc3lzdGVtGgkKB1BlbmRpbmcqAXMyDE9yZGVyZWRSZWFkeTobCg1S',
      'b2xsaW5nVXBkYXRlEgoIABIGCAAQARoAQApIAFIQCgZSZXRhaW4SBlJldGFpbhoQCAAQABgAIAAoADIAOgBYABoAIgA=',
    ].join(''),
    [
      '{"kind":"StatefulSet","apiVersion":"apps/v1","metadata":{"name":"a","namespace":"fx","uid":"5270ce18',
      '-67a9-4c79-b4e8-aa79c6c65978","generation":1,"creationTimestamp":"2026-11-28T21:41:32Z","managedFiel',
      'ds":[{"manager":"python-requests","operation":"Update","apiVersion":"apps/v1","time":"2026-11-28T21:',
      '41:32Z","fieldsType":"FieldsV1","fieldsV1":{"f:spec":{"f:persistentVolumeClaimRetentionPolicy":{".":',
      '{},"f:whenDeleted":{},"f:whenScaled":{}},"f:podManagementPolicy":{},"f:replicas":{},"f:revisionHisto',
      'ryLimit":{},"f:selector":{},"f:serviceName":{},"f:template":{"f:metadata":{"f:labels":{".":{},"f:a":',
      '{}}},"f:spec":{"f:containers":{"k:{\\"name\\":\\"c\\"}":{".":{},"f:image":{},"f:imagePullPolicy":{},"f:n',
      'ame":{},"f:resources":{},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{}}},"f:dnsPolic',
      'y":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeco',
      'nds":{}}},"f:updateStrategy":{"f:rollingUpdate":{".":{},"f:maxUnavailable":{},"f:partition":{}},"f:t',
      'ype":{}},"f:volumeClaimTemplates":{}}}}]},"spec":{"replicas":0,"selector":{"matchLabels":{"a":"b"}},',
      '"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i","resources',
      '":{},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPol',
      'icy":"Always"}],"restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirs',
      't","securityContext":{},"schedulerName":"default-scheduler"}},"volumeClaimTemplates":[{"kind":"Persi',
      'stentVolumeClaim","apiVersion":"v1","metadata":{"name":"d"},"spec":{"accessModes":["ReadWriteOnce"],',
      '"resources":{"requests":{"storage":"1Gi"}},"volumeMode":"Filesystem"},"status":{"phase":"Pending"}}]',
      ',"serviceName":"s","podManagementPolicy":"OrderedReady","updateStrategy":{"type":"RollingUpdate","ro',
      'llingUpdate":{"partition":0,"maxUnavailable":1}},"revisionHistoryLimit":10,"persistentVolumeClaimRet',
      'entionPolicy":{"whenDeleted":"Retain","whenScaled":"Retain"}},"status":{"replicas":0,"availableRepli',
      'cas":0}}',
    ].join(''),
  ],
  [
    'deployments',
    '/registry/deployments/fx/a',
    [
      'azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50EpoHCq8FCgFhEgAaAmZ4IgAqJDYwMDkzNzJjLTdmZTYtNDUzNi04M2RkLWExMDBmZGU2NzRh',
      'ZjIAOAFCCAiMla3YBhAAigHsBAoPcHl0aG9uLXJlcXVlc3RzEgZVcGRhdGUaB2FwcHMvdjEiCAiMla3YBhAAMghGaWVsZHNWMTqxBAquBHsi',
      'ZjpzcGVjIjp7ImY6cHJvZ3Jlc3NEZWFkbGluZVNlY29uZHMiOnt9LCJmOnJlcGxpY2FzIjp7fSwiZjpyZXZpc2lvbkhpc3RvcnlMaW1pdCI6',
      'e30sImY6c2VsZWN0b3IiOnt9LCJmOnN0cmF0ZWd5Ijp7ImY6cm9sbGluZ1VwZGF0ZSI6eyIuIjp7fSwiZjptYXhTdXJnZSI6e30sImY6bWF4',
      'VW5hdmFpbGFibGUiOnt9fSwiZjp0eXBlIjp7fX0sImY6dGVtcGxhdGUiOnsiZjptZXRhZGF0YSI6eyJmOmxhYmVscyI6eyIuIjp7fSwiZjph',
      'Ijp7fX19LCJmOnNwZWMiOnsiZjpjb250YWluZXJzIjp7Ims6e1wibmFtZVwiOlwiY1wifSI6eyIuIjp7fSwiZjppbWFnZSI6e30sImY6aW1h',
      'Z2VQdWxsUG9saWN5Ijp7fSwiZjpuYW1lIjp7fSwiZjpyZXNvdXJjZXMiOnt9LCJmOnRlcm1pbmF0aW9uTWVzc2FnZVBhdGgiOnt9LCJmOnRl',
      'cm1pbmF0aW9uTWVzc2FnZVBvbGljeSI6e319fSwiZjpkbnNQb2xpY3kiOnt9LCJmOnJlc3RhcnRQb2xpY3kiOnt9LCJmOnNjaGVkdWxlck5h',
      'bWUiOnt9LCJmOnNlY3VyaXR5Q29udGV4dCI6e30sImY6dGVybWluYXRpb25HcmFjZVBlcmlvZFNlY29uZHMiOnt9fX19fUIAEtcBCAESCAoG',
      'CgFhEgFiGpkBChgKABIAGgAiACoAMgA4AEIAWgYKAWESAWISfRI4CgFjEgFpKgBCAGoUL2Rldi90ZXJtaW5hdGlvbi1sb2dyBkFsd2F5c4AB',
      'AIgBAJABAKIBBEZpbGUaBkFsd2F5cyAeMgxDbHVzdGVyRmlyc3RCAEoAUgBYAGAAaAByAIIBAIoBAJoBEWRlZmF1bHQtc2NoZWR1bGVywgEA',
      'IiQKDVJvbGxpbmdVcGRhdGUSEwoGCAAQABoAEgkIARAAGgMyNSUoADAKOABI2AQaDAgAEAAYACAAKAA4ABoAIgA=',
    ].join(''),
    [
      '{"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"a","namespace":"fx","uid":"6009372c-',
      '7fe6-4536-83dd-a100fde674af","generation":1,"creationTimestamp":"2026-11-28T21:41:32Z","managedField',
      's":[{"manager":"python-requests","operation":"Update","apiVersion":"apps/v1","time":"2026-11-28T21:4',
      '1:32Z","fieldsType":"FieldsV1","fieldsV1":{"f:spec":{"f:progressDeadlineSeconds":{},"f:replicas":{},',
      '"f:revisionHistoryLimit":{},"f:selector":{},"f:strategy":{"f:rollingUpdate":{".":{},"f:maxSurge":{},',
      '"f:maxUnavailable":{}},"f:type":{}},"f:template":{"f:metadata":{"f:labels":{".":{},"f:a":{}}},"f:spe',
      'c":{"f:containers":{"k:{\\"name\\":\\"c\\"}":{".":{},"f:image":{},"f:imagePullPolicy":{},"f:name":{},"f:',
      'resources":{},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{}}},"f:dnsPolicy":{},"f:re',
      'startPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{}}}}}',
      '}]},"spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":',
      '"b"}},"spec":{"containers":[{"name":"c","image":"i","resources":{},"terminationMessagePath":"/dev/te',
      'rmination-log","terminationMessagePolicy":"File","imagePullPolicy":"Always"}],"restartPolicy":"Alway',
      's","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","securityContext":{},"schedulerName',
      '":"default-scheduler"}},"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":0,"maxS',
      'urge":"25%"}},"revisionHistoryLimit":10,"progressDeadlineSeconds":600},"status":{}}',
    ].join(''),
  ],
  [
    'persistentvolumeclaims',
    '/registry/persistentvolumeclaims/fx/a',
    [
      'azhzAAobCgJ2MRIVUGVyc2lzdGVudFZvbHVtZUNsYWltErsCCv4BCgFhEgAaAmZ4IgAqJDdkMmM5ZjRlLWRjNGUtNDdiNy05NDRlLTgzM2Uz',
      'YTVhNmExZjIAOABCCAiNla3YBhAAchxrdWJlcm5ldGVzLmlvL3B2Yy1wcm90ZWN0aW9uigGdAQoPcHl0aG9uLXJlcXVlc3RzEgZVcGRhdGUa',
      'AnYxIggIjZWt2AYQADIIRmllbGRzVjE6aApmeyJmOnNwZWMiOnsiZjphY2Nlc3NNb2RlcyI6e30sImY6cmVzb3VyY2VzIjp7ImY6cmVxdWVz',
      'dHMiOnsiLiI6e30sImY6c3RvcmFnZSI6e319fSwiZjp2b2x1bWVNb2RlIjp7fX19QgASNAoNUmVhZFdyaXRlT25jZRIVEhMKB3N0b3JhZ2US',
      'CAoGMTUzNk1pGgAyCkZpbGVzeXN0ZW0aAgoAGgAiAA==',
    ].join(''),
    [
      '{"kind":"PersistentVolumeClaim","apiVersion":"v1","metadata":{"name":"a","namespace":"fx","uid":"7d2',
      'c9f4e-dc4e-47b7-944e-833e3a5a6a1f","creationTimestamp":"2026-11-28T21:41:33Z","finalizers":["kuberne',
      'tes.io/pvc-protection"],"managedFields":[{"manager":"python-requests","operation":"Update","apiVersi',
      'on":"v1","time":"2026-11-28T21:41:33Z","fieldsType":"FieldsV1","fieldsV1":{"f:spec":{"f:accessModes"',
      ':{},"f:resources":{"f:requests":{".":{},"f:storage":{}}},"f:volumeMode":{}}}}]},"spec":{"accessModes',
      '":["ReadWriteOnce"],"resources":{"requests":{"storage":"1536Mi"}},"volumeMode":"Filesystem"},"status',
      '":{"phase":"Pending"}}',
    ].join(''),
  ],
  [
    'services',
    '/registry/services/specs/fx/a',
    [
      'azhzAAoNCgJ2MRIHU2VydmljZRK/AwrKAgoBYRIAGgJmeCIAKiQ2NjEyYjIyZi0xNzVlLTQxMzktODFlYS1iZTM5NjAwNGU0MmIyADgAQggI',
      'jZWt2AYQAIoBhwIKD3B5dGhvbi1yZXF1ZXN0cxIGVXBkYXRlGgJ2MSIICI2VrdgGEAAyCEZpZWxkc1YxOtEBCs4BeyJmOnNwZWMiOnsiZjpj',
      'bHVzdGVySVAiOnt9LCJmOmludGVybmFsVHJhZmZpY1BvbGljeSI6e30sImY6cG9ydHMiOnsiLiI6e30sIms6e1wicG9ydFwiOjgwLFwicHJv',
      'dG9jb2xcIjpcIlRDUFwifSI6eyIuIjp7fSwiZjpwb3J0Ijp7fSwiZjpwcm90b2NvbCI6e30sImY6dGFyZ2V0UG9ydCI6e319fSwiZjpzZXNz',
      'aW9uQWZmaW5pdHkiOnt9LCJmOnR5cGUiOnt9fX1CABJsChcKABIDVENQGFAiCggBEAAaBGh0dHAoABoETm9uZSIJQ2x1c3RlcklQOgROb25l',
      'QgBSAFoAYABoAIoBEFJlcXVpcmVEdWFsU3RhY2uSAQROb25lmgEESVB2NJoBBElQdjayAQdDbHVzdGVyGgIKABoAIgA=',
    ].join(''),
    [
      '{"kind":"Service","apiVersion":"v1","metadata":{"name":"a","namespace":"fx","uid":"6612b22f-175e-413',
      '9-81ea-be396004e42b","creationTimestamp":"2026-11-28T21:41:33Z","managedFields":[{"manager":"python-',
      'requests","operation":"Update","apiVersion":"v1","time":"2026-11-28T21:41:33Z","fieldsType":"FieldsV',
      '1","fieldsV1":{"f:spec":{"f:clusterIP":{},"f:internalTrafficPolicy":{},"f:ports":{".":{},"k:{\\"port\\',
      '":80,\\"protocol\\":\\"TCP\\"}":{".":{},"f:port":{},"f:protocol":{},"f:targetPort":{}}},"f:sessionAffini',
      'ty":{},"f:type":{}}}}]},"spec":{"ports":[{"protocol":"TCP","port":80,"targetPort":"http"}],"clusterI',
      'P":"None","clusterIPs":["None"],"type":"ClusterIP","sessionAffinity":"None","ipFamilies":["IPv4","IP',
      'v6"],"ipFamilyPolicy":"RequireDualStack","internalTrafficPolicy":"Cluster"},"status":{"loadBalancer"',
      ':{}}}',
    ].join(''),
  ],
  [
    'events',
    '/registry/events/fx/a',
    [
      'azhzAAoLCgJ2MRIFRXZlbnQS8AEKtAEKAWESABoCZngiACokMWZiYjE1MWYtZTU2My00NzQ0LWIwNzUtMWU0YWVjNzMzODJiMgA4AEIICI2V',
      'rdgGEACKAXIKD3B5dGhvbi1yZXF1ZXN0cxIGVXBkYXRlGgJ2MSIICI2VrdgGEAAyCEZpZWxkc1YxOj0KO3siZjpmaXJzdFRpbWVzdGFtcCI6',
      'e30sImY6aW52b2x2ZWRPYmplY3QiOnt9LCJmOnJlYXNvbiI6e319QgASFAoDUG9kEgJmeBoBYSIAKgAyADoAGgF4IgAqBAoAEgAyCAiA8tbK',
      'BhAAOgBAAEoAUgBiAHIAegAaACIA',
    ].join(''),
    [
      '{"kind":"Event","apiVersion":"v1","metadata":{"name":"a","namespace":"fx","uid":"1fbb151f-e563-4744-',
      'b075-1e4aec73382b","creationTimestamp":"2026-11-28T21:41:33Z","managedFields":[{"manager":"python-re',
      'quests","operation":"Update","apiVersion":"v1","time":"2026-11-28T21:41:33Z","fieldsType":"FieldsV1"',
      ',"fieldsV1":{"f:firstTimestamp":{},"f:involvedObject":{},"f:reason":{}}}]},"involvedObject":{"kind":',
      '"Pod","namespace":"fx","name":"a"},"reason":"x","source":{},"firstTimestamp":"2026-01-01T00:00:00Z",',
      '"lastTimestamp":null,"eventTime":null,"reportingComponent":"","reportingInstance":""}',
    ].join(''),
  ],
  [
    'nodes',
    '/registry/minions/fx',
    [
      'azhzAAoKCgJ2MRIETm9kZRKzAgrAAQoCZngSABoAIgAqJDgyNDU0ZTQ3LTE3MTAtNGM1MC1iMDZkLTAyYTA3N2IwNTY1YjIAOABCCAiOla3Y',
      'BhAAigF/Cg9weXRob24tcmVxdWVzdHMSBlVwZGF0ZRoCdjEiCAiOla3YBhAAMghGaWVsZHNWMTpKCkh7ImY6c3BlYyI6eyJmOnBvZENJRFIi',
      'Ont9LCJmOnBvZENJRFJzIjp7Ii4iOnt9LCJ2OlwiMTAuMS4wLjAvMjRcIiI6e319fX1CABJOCgsxMC4xLjAuMC8yNBIAGgAgACosChxub2Rl',
      'Lmt1YmVybmV0ZXMuaW8vbm90LXJlYWR5EgAaCk5vU2NoZWR1bGU6CzEwLjEuMC4wLzI0Gh4aADIECgIIADoUCgASABoAIgAqADIAOgBCAEoA',
      'UgAaACIA',
    ].join(''),
    [
      '{"kind":"Node","apiVersion":"v1","metadata":{"name":"fx","uid":"82454e47-1710-4c50-b06d-02a077b0565b',
      '","creationTimestamp":"2026-11-28T21:41:34Z","managedFields":[{"manager":"python-requests","operatio',
      'n":"Update","apiVersion":"v1","time":"2026-11-28T21:41:34Z","fieldsType":"FieldsV1","fieldsV1":{"f:s',
      'pec":{"f:podCIDR":{},"f:podCIDRs":{".":{},"v:\\"10.1.0.0/24\\"":{}}}}}]},"spec":{"podCIDR":"10.1.0.0/2',
      '4","podCIDRs":["10.1.0.0/24"],"taints":[{"key":"node.kubernetes.io/not-ready","effect":"NoSchedule"}',
      ']},"status":{"daemonEndpoints":{"kubeletEndpoint":{"Port":0}},"nodeInfo":{"machineID":"","systemUUID',
      '":"","bootID":"","kernelVersion":"","osImage":"","containerRuntimeVersion":"","kubeletVersion":"","k',
      'ubeProxyVersion":"","operatingSystem":"","architecture":""}}}',
    ].join(''),
  ],
  [
    'leases',
    '/registry/leases/fx/a',
    [
      'azhzAAofChZjb29yZGluYXRpb24uazhzLmlvL3YxEgVMZWFzZRLxAQrZAQoBYRIAGgJmeCIAKiQ4OTllN2NhYy1hNDc4LTRlYzgtODVlYy1j',
      'MTIwYjU2NGFiMGYyADgAQggIjpWt2AYQAIoBlgEKD3B5dGhvbi1yZXF1ZXN0cxIGVXBkYXRlGhZjb29yZGluYXRpb24uazhzLmlvL3YxIggI',
      'jpWt2AYQADIIRmllbGRzVjE6TQpLeyJmOnNwZWMiOnsiZjpob2xkZXJJZGVudGl0eSI6e30sImY6bGVhc2VUcmFuc2l0aW9ucyI6e30sImY6',
      'cmVuZXdUaW1lIjp7fX19QgASEwoCbWUiCwiA8tbKBhCAlO86KAAaACIA',
    ].join(''),
    [
      '{"kind":"Lease","apiVersion":"coordination.k8s.io/v1","metadata":{"name":"a","namespace":"fx","uid":',
      '"899e7cac-a478-4ec8-85ec-c120b564ab0f","creationTimestamp":"2026-11-28T21:41:34Z","managedFields":[{',
      '"manager":"python-requests","operation":"Update","apiVersion":"coordination.k8s.io/v1","time":"2026-',
      '11-28T21:41:34Z","fieldsType":"FieldsV1","fieldsV1":{"f:spec":{"f:holderIdentity":{},"f:leaseTransit',
      'ions":{},"f:renewTime":{}}}}]},"spec":{"holderIdentity":"me","renewTime":"2026-01-01T00:00:00.123456',
      'Z","leaseTransitions":0}}',
    ].join(''),
  ],
];

describe('values that kube-apiserver stored as protobuf', () => {
  test.each(recorded)('%s %s', (resource, key, value, json) => {
    const shape = shapes.get(resource);
    if (shape === undefined) throw new Error(`no ${resource}`);
    const revision = asRevision(7);
    const kv = { key, value: Buffer.from(value, 'base64'), createRevision: revision, modRevision: revision };
    const change = translate(shape, { type: 'put', kv });
    if (change.type !== 'put') throw new Error(JSON.stringify(change));
    const expected = JSON.parse(json) as { metadata: object };
    const { bytes } = change.object;
    expect(JSON.parse(bytes.toString())).toEqual({
      ...expected,
      metadata: { ...expected.metadata, resourceVersion: '7' },
    });
    const { kind, apiVersion } = shape;
    expect(bytes.toString()).toContain(
      `{"kind":"${kind}","apiVersion":"${apiVersion}","metadata":{"resourceVersion":"7",`,
    );
  });

  test('a part of one is unreadable, wherever it ends', () => {
    const [resource, key, value] = recorded[2] ?? ['', '', ''];
    const shape = shapes.get(resource);
    if (shape === undefined) throw new Error(`no ${resource}`);
    const whole = Buffer.from(value, 'base64');
    const revision = asRevision(7);
    for (let end = 0; end < whole.length - 10; end++) {
      const kv = { key, value: whole.subarray(0, end), createRevision: revision, modRevision: revision };
      expect(translate(shape, { type: 'put', kv }).type, String(end)).toBe('corrupt');
    }
  });

  test('a damaged one is unreadable or an object, whatever happened to it', () => {
    const damage = fc.array(fc.tuple(fc.nat(5_000), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...recorded), damage, ([resource, key, value], changes) => {
        const shape = shapes.get(resource);
        if (shape === undefined) throw new Error(`no ${resource}`);
        const bytes = Buffer.from(value, 'base64');
        // The first four are the magic: without it, it is not protobuf at all.
        for (const [at, byte] of changes) bytes[4 + (at % (bytes.length - 4))] = byte;
        const revision = asRevision(7);
        const kv = { key, value: bytes, createRevision: revision, modRevision: revision };
        const change = translate(shape, { type: 'put', kv });
        if (change.type !== 'put') return;
        expect(change.object.parse()['metadata']).toMatchObject({ resourceVersion: '7' });
        expect(Object.values(change.object.fields).every((field) => typeof field === 'string')).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });
});
