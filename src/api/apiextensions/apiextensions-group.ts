import type { Kind } from '../kind.ts';
import { customResourceDefinitions } from './custom-resource-definitions.ts';

/** The kinds of `apiextensions.k8s.io`. */
export const apiextensionsGroup: readonly Kind[] = [customResourceDefinitions];
