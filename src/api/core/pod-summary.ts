import { numberAt, objectIn, objectsAt, textAt, valueAt } from '../../machinery/json/json-path.ts';
import { type JsonObject, objectAt, stringAt } from '../../machinery/json-value.ts';

/** What `kubectl get pods` says of a pod beyond its fields. */
export interface PodSummary {
  readonly ready: number;
  readonly total: number;
  /** `Running`, `CrashLoopBackOff`, `Init:0/1`, `Terminating` … */
  readonly status: string;
  readonly restarts: number;
  /** RFC 3339; '' when nothing restarted. */
  readonly lastRestart: string;
}

const later = (a: string, b: string): string => ((Date.parse(b) || 0) > (Date.parse(a) || 0) ? b : a);

const lastFinish = (container: JsonObject): string => textAt(container, 'lastState', 'terminated', 'finishedAt');

const hasCondition = (pod: JsonObject, type: string): boolean =>
  objectsAt(pod, 'status', 'conditions').some((c) => stringAt(c, 'type') === type && stringAt(c, 'status') === 'True');

function endedWith(terminated: JsonObject): string {
  const reason = stringAt(terminated, 'reason');
  const signal = numberAt(terminated, 'signal');
  if (reason !== '') return reason;
  return signal === 0 ? `ExitCode:${numberAt(terminated, 'exitCode')}` : `Signal:${signal}`;
}

class Tally {
  ready = 0;
  restarts = 0;
  lastRestart = '';

  restarted(container: JsonObject): void {
    this.restarts += numberAt(container, 'restartCount');
    this.lastRestart = later(this.lastRestart, lastFinish(container));
  }
}

type InitProgress = { readonly tally: Tally; readonly sidecars: Tally; readonly status: string | undefined };

/** Walks the init containers up to the first that has not done its part; `status` says what it is up to. */
function initProgress(pod: JsonObject): InitProgress {
  const specs = objectsAt(pod, 'spec', 'initContainers');
  const isSidecar = (name: string) =>
    specs.some((spec) => stringAt(spec, 'name') === name && stringAt(spec, 'restartPolicy') === 'Always');
  const tally = new Tally();
  const sidecars = new Tally();
  let done = 0;
  for (const container of objectsAt(pod, 'status', 'initContainerStatuses')) {
    const sidecar = isSidecar(stringAt(container, 'name'));
    const terminated = objectIn(container, 'state', 'terminated');
    const waiting = textAt(container, 'state', 'waiting', 'reason');
    tally.restarted(container);
    if (sidecar) sidecars.restarted(container);
    if (terminated !== undefined && numberAt(terminated, 'exitCode') === 0) {
      done++;
    } else if (sidecar && valueAt(container, 'started') === true) {
      if (valueAt(container, 'ready') === true) tally.ready++;
      done++;
    } else if (terminated !== undefined) {
      return { tally, sidecars, status: `Init:${endedWith(terminated)}` };
    } else if (waiting !== '' && waiting !== 'PodInitializing') {
      return { tally, sidecars, status: `Init:${waiting}` };
    } else {
      return { tally, sidecars, status: `Init:${done}/${specs.length}` };
    }
  }
  return { tally, sidecars, status: undefined };
}

function compute(pod: JsonObject): PodSummary {
  const phase = textAt(pod, 'status', 'phase');
  const podReason = textAt(pod, 'status', 'reason');
  const gated = objectsAt(pod, 'status', 'conditions').some(
    (c) => stringAt(c, 'type') === 'PodScheduled' && stringAt(c, 'reason') === 'SchedulingGated',
  );
  const sidecarSpecs = objectsAt(pod, 'spec', 'initContainers').filter(
    (c) => stringAt(c, 'restartPolicy') === 'Always',
  );
  const total = objectsAt(pod, 'spec', 'containers').length + sidecarSpecs.length;

  const init = initProgress(pod);
  let status = init.status ?? (gated ? 'SchedulingGated' : podReason || phase);
  let { ready, restarts, lastRestart } = init.tally;

  if (init.status === undefined || hasCondition(pod, 'Initialized')) {
    const main = new Tally();
    let running = false;
    let failed = '';
    for (const container of objectsAt(pod, 'status', 'containerStatuses').toReversed()) {
      const terminated = objectIn(container, 'state', 'terminated');
      const waiting = textAt(container, 'state', 'waiting', 'reason');
      main.restarted(container);
      if (waiting !== '') status = waiting;
      else if (terminated !== undefined) {
        status = endedWith(terminated);
        if (numberAt(terminated, 'exitCode') !== 0) failed = status;
      } else if (valueAt(container, 'ready') === true && objectIn(container, 'state', 'running') !== undefined) {
        running = true;
        main.ready++;
      }
    }
    // The first container says Completed, which is not all that there is to say while another runs, or when one failed.
    if (status === 'Completed') {
      if (running && hasCondition(pod, 'Ready')) status = 'Running';
      else status = failed || (running ? 'NotReady' : status);
    }
    ready += main.ready;
    restarts = init.sidecars.restarts + main.restarts;
    lastRestart = later(init.sidecars.lastRestart, main.lastRestart);
  }

  if (textAt(pod, 'metadata', 'deletionTimestamp') !== '') {
    if (podReason === 'NodeLost') status = 'Unknown';
    else if (phase !== 'Failed' && phase !== 'Succeeded') status = 'Terminating';
  }
  return { ready, total, status, restarts, lastRestart };
}

const summaries = new WeakMap<JsonObject, PodSummary>();

/** Worked out once per parsed pod, however many columns ask. */
export function podSummary(pod: JsonObject): PodSummary {
  let summary = summaries.get(pod);
  if (summary === undefined) summaries.set(pod, (summary = compute(pod)));
  return summary;
}

/** How many readiness gates have their condition; `<none>` without gates. */
export function readinessGates(pod: JsonObject): string {
  const gates = objectsAt(pod, 'spec', 'readinessGates').map((gate) => stringAt(gate, 'conditionType'));
  if (gates.length === 0) return '<none>';
  return `${gates.filter((type) => hasCondition(pod, type)).length}/${gates.length}`;
}

/** The first of the pod's addresses. */
export const podIp = (pod: JsonObject): string =>
  stringAt(objectsAt(pod, 'status', 'podIPs')[0], 'ip') || stringAt(objectAt(pod, 'status'), 'podIP') || '<none>';
