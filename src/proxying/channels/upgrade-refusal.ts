/** What a refusal says, of a Status, of an error in another form, or of a text. */
export function upgradeRefusalText(body: string): string {
  const text = body.trim();
  try {
    const { message, error } = JSON.parse(text) as { message?: unknown; error?: unknown };
    for (const said of [message, error]) if (typeof said === 'string' && said.trim() !== '') return said.trim();
  } catch {
    // It is a text.
  }
  return text === '' ? 'empty server response' : text;
}
