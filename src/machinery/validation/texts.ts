/** What a string check says: the sentences that Kubernetes' validators share. */

export const mustNotBeEmpty = 'must be non-empty';

/** Names and ports count characters, label keys and values count bytes: it is always bytes, but the texts differ. */
export const maxLength = (length: number, unit: 'bytes' | 'characters'): string =>
  `must be no more than ${length} ${unit}`;

/** `pattern` is shown, not run. */
export function notMatching(message: string, pattern: string, ...examples: readonly string[]): string {
  const shown = `regex used for validation is '${pattern}'`;
  if (examples.length === 0) return `${message} (${shown})`;
  return `${message} (e.g. ${examples.map((example) => `'${example}', `).join(' or ')}${shown})`;
}
