import { dns1035Label, dns1123Label, dns1123Subdomain } from './dns.ts';
import { pathSegmentName, pathSegmentPrefix } from './path-segment.ts';

/** A resource's rule for names. The result is what is wrong; `prefix`: it is a generateName, which may end in a dash. */
export type NameRule = (name: string, prefix: boolean) => string[];

/** A generated suffix will follow: the dash at the end, and what stands before it, count as one letter. */
const masked = (name: string, prefix: boolean): string =>
  prefix && name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name;

/** Most resources. */
export const nameIsDnsSubdomain: NameRule = (name, prefix) => dns1123Subdomain(masked(name, prefix));

/** Namespaces. */
export const nameIsDnsLabel: NameRule = (name, prefix) => dns1123Label(masked(name, prefix));

/** Services. */
export const nameIsDns1035Label: NameRule = (name, prefix) => dns1035Label(masked(name, prefix));

/** Roles and bindings, whose names may hold a colon. */
export const nameIsPathSegment: NameRule = (name, prefix) => (prefix ? pathSegmentPrefix(name) : pathSegmentName(name));
