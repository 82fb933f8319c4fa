/** What cannot be a kind, and where: `kind "Widget", versions[0].schema.properties.spec: …`. */
export class KindError extends Error {
  override readonly name = 'KindError';
}
