import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { typedObject, wildObject } from '../../test/support/wild-object.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { kubernetesSchema } from '../machinery/schema/kubernetes-schema.ts';
import { builtInKinds, defaultBuiltInOptions } from './built-in-kinds.ts';
import { inDiscoveryOrder } from './discovery-order.ts';
import { shapeOf } from './stored-kind.ts';

const kinds = builtInKinds().map(({ stored }) => stored);
const versions = inDiscoveryOrder(builtInKinds().flatMap((kind) => kind.versions));

describe('api: the built-in kinds', () => {
  test('keys are laid out as in a Kubernetes store', () => {
    const prefixes = Object.fromEntries(kinds.map((kind) => [kind.resource, shapeOf(kind, '/registry').keyPrefix]));
    expect(prefixes).toEqual({
      configmaps: '/registry/configmaps/',
      endpoints: '/registry/services/endpoints/',
      events: '/registry/events/',
      limitranges: '/registry/limitranges/',
      namespaces: '/registry/namespaces/',
      nodes: '/registry/minions/',
      persistentvolumeclaims: '/registry/persistentvolumeclaims/',
      persistentvolumes: '/registry/persistentvolumes/',
      pods: '/registry/pods/',
      replicationcontrollers: '/registry/controllers/',
      resourcequotas: '/registry/resourcequotas/',
      secrets: '/registry/secrets/',
      serviceaccounts: '/registry/serviceaccounts/',
      services: '/registry/services/specs/',
      daemonsets: '/registry/daemonsets/',
      deployments: '/registry/deployments/',
      replicasets: '/registry/replicasets/',
      statefulsets: '/registry/statefulsets/',
      controllerrevisions: '/registry/controllerrevisions/',
      horizontalpodautoscalers: '/registry/horizontalpodautoscalers/',
      poddisruptionbudgets: '/registry/poddisruptionbudgets/',
      podtemplates: '/registry/podtemplates/',
      cronjobs: '/registry/cronjobs/',
      jobs: '/registry/jobs/',
      leases: '/registry/leases/',
      apiservices: '/registry/apiregistration.k8s.io/apiservices/',
      certificatesigningrequests: '/registry/certificatesigningrequests/',
      clustertrustbundles: '/registry/clustertrustbundles/',
      podcertificaterequests: '/registry/podcertificaterequests/',
      flowschemas: '/registry/flowschemas/',
      prioritylevelconfigurations: '/registry/prioritylevelconfigurations/',
      mutatingadmissionpolicies: '/registry/mutatingadmissionpolicies/',
      mutatingadmissionpolicybindings: '/registry/mutatingadmissionpolicybindings/',
      mutatingwebhookconfigurations: '/registry/mutatingwebhookconfigurations/',
      validatingadmissionpolicies: '/registry/validatingadmissionpolicies/',
      validatingadmissionpolicybindings: '/registry/validatingadmissionpolicybindings/',
      validatingwebhookconfigurations: '/registry/validatingwebhookconfigurations/',
      endpointslices: '/registry/endpointslices/',
      ingressclasses: '/registry/ingressclasses/',
      ingresses: '/registry/ingress/',
      ipaddresses: '/registry/ipaddresses/',
      networkpolicies: '/registry/networkpolicies/',
      servicecidrs: '/registry/servicecidrs/',
      runtimeclasses: '/registry/runtimeclasses/',
      clusterrolebindings: '/registry/clusterrolebindings/',
      clusterroles: '/registry/clusterroles/',
      rolebindings: '/registry/rolebindings/',
      roles: '/registry/roles/',
      priorityclasses: '/registry/priorityclasses/',
      csidrivers: '/registry/csidrivers/',
      csinodes: '/registry/csinodes/',
      csistoragecapacities: '/registry/csistoragecapacities/',
      storageclasses: '/registry/storageclasses/',
      volumeattachments: '/registry/volumeattachments/',
      volumeattributesclasses: '/registry/volumeattributesclasses/',
      deviceclasses: '/registry/deviceclasses/',
      devicetaintrules: '/registry/devicetaintrules/',
      resourceclaims: '/registry/resourceclaims/',
      resourceclaimtemplates: '/registry/resourceclaimtemplates/',
      resourceslices: '/registry/resourceslices/',
      storageversionmigrations: '/registry/storageversionmigrations/',
      customresourcedefinitions: '/registry/apiextensions.k8s.io/customresourcedefinitions/',
    });
  });

  test('no name of any kind is taken twice in one version of a group', () => {
    for (const { group, version } of versions) {
      const names = versions
        .filter((served) => served.group === group && served.version === version)
        .flatMap((served) => [...new Set([served.resource, served.singular, ...served.shortNames])]);
      expect(names).toHaveLength(new Set(names).size);
    }
  });

  test('every version shows the name, and prints an empty object without failing', () => {
    for (const { columns, stored } of versions) {
      expect(columns.some((column) => column.name === 'Name')).toBe(true);
      for (const column of columns) expect(column.cell({})).not.toBeUndefined();
      for (const read of Object.values(stored.fields)) expect(typeof read({})).toBe('string');
    }
  });

  test('whatever stands in an object, its fields can be selected by and its row has conditions or none', () => {
    for (const { stored, rowConditions } of versions) {
      const schema = kubernetesSchema().byKind(stored, stored.kind);
      if (schema === undefined) throw new Error(`no schema of ${stored.kind}`);
      const objects = fc.gen().map((draw) => wildObject(schema, draw) as JsonObject);
      fc.assert(
        fc.property(objects, (object) => {
          for (const read of Object.values(stored.fields)) expect(typeof read(object)).toBe('string');
          rowConditions?.(object);
        }),
        { numRuns: 40 },
      );
    }
  });

  test('what has the right types takes defaults without failing, once and for all', () => {
    for (const { stored } of versions) {
      const schema = kubernetesSchema().byKind(stored, stored.kind);
      if (schema === undefined) throw new Error(`no schema of ${stored.kind}`);
      const objects = fc.gen().map((draw) => typedObject(schema, draw) as JsonObject);
      fc.assert(
        fc.property(objects, (object) => {
          stored.strategy.setDefaults(object);
          const once = structuredClone(object);
          stored.strategy.setDefaults(object);
          expect(structuredClone(object)).toEqual(once);
        }),
        { numRuns: 40 },
      );
    }
  });

  test('the trigger field is one that can be selected by', () => {
    for (const { triggerField, fields } of kinds)
      if (triggerField !== undefined) expect(fields).toHaveProperty([triggerField]);
  });

  test('an event lives as long as the option says', () => {
    const events = builtInKinds({ ...defaultBuiltInOptions, eventTtlSeconds: 60 }).find(
      ({ stored }) => stored.resource === 'events',
    );
    expect(events?.stored.ttlSeconds).toBe(60);
  });
});
