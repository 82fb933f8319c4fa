/** A selector that cannot be understood. The message is what the client is told (400). */
export class SelectorError extends Error {
  override readonly name = 'SelectorError';
}

/** In UTF-16 units. Far above any selector in use, far below what would make one request expensive for every event. */
const maxSelectorLength = 64 * 1024;

export function checkLength(selector: string): void {
  if (selector.length > maxSelectorLength) {
    throw new SelectorError(`selector is too long: ${selector.length} characters, at most ${maxSelectorLength}`);
  }
}
