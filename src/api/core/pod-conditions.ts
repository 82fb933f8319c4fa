import { timeText } from '../../machinery/time.ts';
import type { Pod, PodCondition } from '../types/core-v1.generated.ts';

/** Says something of a pod, in the place of what was said of it before. `now`: in milliseconds since the epoch. */
export function setPodCondition(pod: Pod, condition: PodCondition, now: number): void {
  const conditions = ((pod.status ??= {}).conditions ??= []);
  const before = conditions.find(({ type }) => type === condition.type);
  const isSame = before !== undefined && before.status === condition.status;
  const since = isSame ? (before.lastTransitionTime ?? null) : timeText(now);
  const next: PodCondition = { lastProbeTime: null, ...condition, lastTransitionTime: since };
  if (before === undefined) conditions.push(next);
  else conditions[conditions.indexOf(before)] = next;
}
