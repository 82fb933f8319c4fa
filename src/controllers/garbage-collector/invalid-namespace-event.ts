import { goQuote } from '../../machinery/go-quote.ts';
import { apiVersionOf } from '../../machinery/gvk.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { timeText } from '../../machinery/time.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import type { CollectedKind } from './collected-kind.ts';
import type { OwnerReference } from './ownership.ts';

const component = 'garbage-collector-controller';

export interface MisplacedOwner {
  readonly dependent: CollectedKind;
  /** Of the dependent. */
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly reference: OwnerReference;
}

/**
 * The Event about an object that names an owner in another namespace, in the words of Kubernetes. `now`: milliseconds since
 * the epoch. `spareName`: for when the object's is none for an Event.
 */
export function invalidNamespaceEvent(
  { dependent, namespace, name, uid, reference }: MisplacedOwner,
  now: number,
  spareName: string,
): JsonObject {
  const { kind, apiVersion, name: owner, uid: ownerUid } = reference;
  const eventName = `${name}.${(BigInt(Math.trunc(now)) * 1_000_000n).toString(16)}`;
  const identity = `[${apiVersion}/${kind}, namespace: ${namespace}, name: ${owner}, uid: ${ownerUid}]`;
  const time = timeText(now);
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: nameIsDnsSubdomain(eventName, false).length === 0 ? eventName : spareName,
      namespace: namespace || 'default',
    },
    involvedObject: {
      kind: dependent.kind.stored.kind,
      ...(namespace === '' ? {} : { namespace }),
      name,
      uid,
      apiVersion: apiVersionOf(dependent.kind.stored),
    },
    reason: 'OwnerRefInvalidNamespace',
    message: `ownerRef ${identity} does not exist in namespace ${goQuote(namespace)}`,
    source: { component },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
    type: 'Warning',
    eventTime: null,
    reportingComponent: component,
    reportingInstance: '',
  };
}
