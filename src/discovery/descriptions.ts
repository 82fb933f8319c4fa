import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What a type is for, and each of its fields, by name. */
export type Description = readonly [type: string, fields: Readonly<Record<string, string>>];

/** By the name of the definition: `io.k8s.api.core.v1.Pod`. */
export type Descriptions = Readonly<Record<string, Description>>;

let read: WeakRef<Descriptions> | undefined;

/**
 * The words of Kubernetes' documentation, which the build puts beside the program; see NOTICE. Without a build there are
 * none. Not held on to: documents that have been made are kept, and the words are in them.
 */
export function kubernetesDescriptions(): Descriptions {
  const known = read?.deref();
  if (known !== undefined) return known;
  const file = fileURLToPath(new URL('./kubernetes-descriptions.json', import.meta.url));
  const descriptions = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Descriptions) : {};
  read = new WeakRef(descriptions);
  return descriptions;
}
