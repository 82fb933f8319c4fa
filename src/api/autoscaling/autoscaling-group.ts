import type { Kind } from '../kind.ts';
import { horizontalPodAutoscalers } from './horizontal-pod-autoscalers.ts';

/** The kinds of `autoscaling`. */
export const autoscalingGroup: readonly Kind[] = [horizontalPodAutoscalers];
