import type { Api } from './api.ts';

/** The sum of a family's samples with these labels, as `/metrics` says now; undefined when there are none. */
export async function metric(
  api: Api,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number | undefined> {
  const { text } = await api.get('/metrics');
  let sum: number | undefined;
  for (const line of text.split('\n')) {
    const [, found = '', texts = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)/.exec(line) ?? [];
    if (found !== name) continue;
    if (!Object.entries(labels).every(([label, is]) => texts.split(',').includes(`${label}="${is}"`))) continue;
    sum = (sum ?? 0) + Number(value);
  }
  return sum;
}

/** What `/metrics` says is up to a second old: asked for more often, it is the same. */
const pollMs = 100;

/** Asks until `holds` of it; a test that asks in vain fails by its own timeout. */
export async function untilMetric(
  api: Api,
  name: string,
  labels: Readonly<Record<string, string>>,
  holds: (value: number) => boolean,
): Promise<void> {
  for (;;) {
    const value = await metric(api, name, labels);
    if (value !== undefined && holds(value)) return;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
