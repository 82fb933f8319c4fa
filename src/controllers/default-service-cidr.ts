import type { Clock } from '../base/clock.ts';
import { jsonEqual } from '../machinery/json/json-equal.ts';
import { objectsAt, stringsAt, textAt } from '../machinery/json/json-path.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { RequestContext } from '../machinery/request-context.ts';
import { timeText } from '../machinery/time.ts';
import type { RestStorage } from '../registry/rest-storage.ts';
import { apiserver, missingObject, present, type StartObject } from './start-objects.ts';

const scope = { namespace: '', name: 'kubernetes' };
const apiVersion = 'networking.k8s.io/v1';
const kind = 'ServiceCIDR';
const manager = 'kubernetes-service-cidr-controller';
const controller = RequestContext.internal('system:apiserver', { fieldManager: manager });

const isReadySaid = (range: JsonObject): boolean =>
  objectsAt(range, 'status', 'conditions').some(
    (condition) => textAt(condition, 'type') === 'Ready' && textAt(condition, 'status') !== 'Unknown',
  );

/**
 * The range that services have addresses of from the beginning, as of `--service-cluster-ip-range`; it is ready at once,
 * and gets the second family where one has been added to the first. Another range than the configured one is left alone.
 */
export function defaultServiceCidr(
  ranges: Pick<RestStorage, 'get' | 'create' | 'update' | 'apply'>,
  cidrs: readonly string[],
  clock: Pick<Clock, 'wallTime'>,
): StartObject {
  const spec = { cidrs: [...cidrs] };
  const made = missingObject('servicecidrs', ranges, scope, () => ({ apiVersion, kind, metadata: {}, spec }));
  return {
    name: made.name,
    async ensure() {
      await made.ensure();
      // What was just made is seen by whoever asks for what is so now.
      const range = (await present(ranges, scope)) ?? (await ranges.get(scope, '')).parse();
      const said = stringsAt(range, 'spec', 'cidrs');
      if (said.length === 1 && cidrs.length === 2 && said[0] === cidrs[0]) {
        await ranges.update(scope, '', (old) => ({ ...old, spec }), apiserver);
        return;
      }
      const isGoing = textAt(range, 'metadata', 'deletionTimestamp') !== '';
      if (!jsonEqual([...said], spec.cidrs) || isGoing || isReadySaid(range)) return;
      const ready = {
        type: 'Ready',
        status: 'True',
        lastTransitionTime: timeText(clock.wallTime()),
        message: 'Kubernetes default Service CIDR is ready',
      };
      const config = { apiVersion, kind, metadata: { name: scope.name }, status: { conditions: [ready] } };
      await ranges.apply(scope, 'status', { config, force: true, fieldValidation: 'Strict', problems: [] }, controller);
    },
  };
}
