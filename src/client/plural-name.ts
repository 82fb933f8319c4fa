/** What resources of a kind are called when nobody says otherwise, as Kubernetes' clients guess it: `policies` of `Policy`. */
export function pluralName(kind: string): string {
  const singular = kind.toLowerCase();
  if (singular.endsWith('endpoints')) return singular;
  if (singular.endsWith('s')) return `${singular}es`;
  if (singular.endsWith('y')) return `${singular.slice(0, -1)}ies`;
  return `${singular}s`;
}
