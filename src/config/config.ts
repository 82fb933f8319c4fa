import type { OptionType } from './option-type.ts';
import { optionTypes } from './option-type.ts';
import { type Config, environmentOf, flagOf, type OptionName, optionNames, optionOf } from './options.ts';
import { validateConfig } from './validation.ts';

/** Everything that is wrong with the settings, told at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

export const defaultConfig: Config = Object.fromEntries(
  optionNames.map((name) => [name, optionOf(name).default]),
) as unknown as Config;

/**
 * The settings from flags, else environment, else defaults; completed and validated.
 * @param problems what is already known to be wrong, to be reported together with the rest.
 * @throws {ConfigError}
 */
export function configFromText(
  flags: ReadonlyMap<OptionName, string>,
  environment: Readonly<Record<string, string | undefined>>,
  problems: readonly string[] = [],
): Config {
  const found = [...problems];
  const values: Record<string, unknown> = {};
  for (const name of optionNames) {
    const flag = flags.get(name);
    const text = flag ?? environment[environmentOf(name)];
    if (text === undefined) continue;
    const rules: { parse(text: string): unknown } = optionTypes[optionOf(name).type satisfies OptionType];
    try {
      values[name] = rules.parse(text);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      found.push(`${flag === undefined ? environmentOf(name) : `--${flagOf(name)}`}: ${error.message}`);
    }
  }
  return configFromValues(values, found);
}

/**
 * The same from values, for use as a library: what is left out has its default.
 * @throws {ConfigError}
 */
export function configFromValues(values: Partial<Config>, problems: readonly string[] = []): Config {
  const config: Config = { ...defaultConfig, ...values };
  const completed = { ...config, etcdPrefix: `/${config.etcdPrefix.replace(/^\/+|\/+$/g, '')}` };
  const all = [...problems, ...validateConfig(completed)];
  if (all.length > 0) throw new ConfigError(all);
  return completed;
}
