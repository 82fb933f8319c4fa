import type { Kind } from '../kind.ts';
import { runtimeClasses } from './runtime-classes.ts';

/** The kinds of `node.k8s.io`, by name. */
export const nodeGroup: readonly Kind[] = [runtimeClasses];
