import { invalidValue } from '../machinery/field-error.ts';
import { numberAt, objectIn, textAt, valueAt } from '../machinery/json/json-path.ts';
import { type JsonObject, objectAt } from '../machinery/json-value.ts';
import { metadataField } from '../machinery/object-meta.ts';
import { invalid } from '../machinery/status-errors.ts';
import { labelText, selectorText } from './printing/label-text.ts';
import type { SubresourceKind } from './subresource-kind.ts';
import { statusSubresource, type Verb } from './verb.ts';

const kind = { group: 'autoscaling', version: 'v1', kind: 'Scale' } as const;
const identity = ['name', 'namespace', 'uid', 'resourceVersion', 'creationTimestamp'] as const;

/** `scale`: how many pods a workload has and wants, whatever else it is. `selector`: of its pods, as a text. */
const scaleOf = (selector: (workload: JsonObject) => string): SubresourceKind => ({
  ...kind,
  view: {
    field: { inObject: ['spec', 'replicas'], inView: ['spec', 'replicas'] },
    of(workload) {
      const metadata = objectAt(workload, 'metadata');
      const replicas = numberAt(workload, 'spec', 'replicas');
      const text = selector(workload);
      return {
        kind: kind.kind,
        apiVersion: 'autoscaling/v1',
        metadata: Object.fromEntries(identity.map((field) => [field, textAt(metadata, field)])),
        spec: replicas === 0 ? {} : { replicas },
        status: { replicas: numberAt(workload, 'status', 'replicas'), ...(text === '' ? {} : { selector: text }) },
      };
    },
    into(workload, scale) {
      const replicas = valueAt(scale, 'spec', 'replicas') ?? 0;
      if (typeof replicas === 'number' && replicas < 0) {
        const wrong = invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0');
        throw invalid(kind, metadataField(workload, 'name'), [wrong]);
      }
      const spec = objectAt(workload, 'spec');
      if (spec !== undefined) spec['replicas'] = replicas;
    },
  },
});

/** The subresources of a workload that can be scaled. */
export const scalableSubresources: Readonly<Record<string, readonly Verb[]>> = {
  scale: ['get', 'patch', 'update'],
  ...statusSubresource,
};

/** What they are, of workloads that have a LabelSelector. */
export const scaleSubresource = { scale: scaleOf((workload) => selectorText(objectAt(workload, 'spec'))) };

/** The same of those whose selector is a map of labels. */
export const scaleByLabels = {
  scale: scaleOf((workload) => {
    const labels = objectIn(workload, 'spec', 'selector') ?? {};
    return Object.keys(labels).length === 0 ? '' : labelText(labels);
  }),
};
