import type { Kind } from '../kind.ts';
import { endpointSlices } from './endpoint-slices.ts';

/** The kinds of `discovery.k8s.io`. */
export const discoveryGroup: readonly Kind[] = [endpointSlices];
