import { flagOf, type OptionName, optionNames, optionOf } from './options.ts';

/** A command line taken apart, nothing interpreted yet. */
export interface Arguments {
  readonly positionals: readonly string[];
  /** As written, by option; a list that was given twice is joined with a comma, anything else takes the last. */
  readonly texts: ReadonlyMap<OptionName, string>;
  readonly help: boolean;
  readonly version: boolean;
  /** What is wrong with it, one sentence each. */
  readonly problems: readonly string[];
}

const byFlag = new Map<string, OptionName>();
for (const name of optionNames) {
  byFlag.set(`--${flagOf(name)}`, name);
  const { short } = optionOf(name);
  if (short !== undefined) byFlag.set(`-${short}`, name);
}

/** `--flag=value`, `--flag`, `-f=value`, `-fvalue`, `-f`. */
const flagPattern = /^(?:(?<long>--[^=]+)(?:=(?<longValue>.*))?|(?<short>-[A-Za-z])(?:=?(?<shortValue>.+))?)$/s;

/**
 * Takes `argv` (without node and the script) apart. Never throws: all that is wrong is in `problems`.
 * A value that begins with a dash must be written with `=`, so that a forgotten value does not swallow the next flag.
 */
export function readArguments(argv: readonly string[]): Arguments {
  const positionals: string[] = [];
  const texts = new Map<OptionName, string>();
  const problems: string[] = [];
  let help = false;
  let version = false;
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    const { long, short, longValue, shortValue } = flagPattern.exec(word)?.groups ?? {};
    const flag = long ?? short;
    if (flag === undefined) {
      positionals.push(word);
      continue;
    }
    if (flag === '--help' || flag === '-h') help = true;
    else if (flag === '--version') version = true;
    else {
      const name = byFlag.get(flag);
      if (name === undefined) {
        problems.push(`unknown option ${flag}`);
        continue;
      }
      const { type } = optionOf(name);
      let value = longValue ?? shortValue;
      if (value === undefined && type === 'flag') value = 'true';
      const following = argv[index + 1];
      if (value === undefined && following !== undefined && !following.startsWith('-')) {
        value = following;
        index += 1;
      }
      if (value === undefined) {
        problems.push(`${flag} needs a value`);
        continue;
      }
      const before = type === 'list' || type === 'sizes' ? texts.get(name) : undefined;
      texts.set(name, before === undefined ? value : `${before},${value}`);
    }
  }
  return { positionals, texts, help, version, problems };
}
