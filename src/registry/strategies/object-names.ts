import { dns1035Label, dns1123Label, dns1123Subdomain } from '../../machinery/validation/dns.ts';
import type { Strategy } from '../strategy.ts';

/** A generateName is checked as if the name went on with a letter: it may end with `-`. */
const named =
  (wrong: (name: string) => readonly string[]): Strategy['validateName'] =>
  (name, prefix) =>
    wrong(prefix && name.endsWith('-') ? `${name.slice(0, -1)}a` : name);

/** What most resources are named by: pods, configmaps, nodes, deployments. */
export const dnsSubdomainName = named((name) => dns1123Subdomain(name));

/** Namespaces. */
export const dnsLabelName = named(dns1123Label);

/** Services. */
export const dns1035LabelName = named(dns1035Label);
