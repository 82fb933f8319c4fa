import { optionTypes } from './option-type.ts';
import { environmentOf, flagOf, type Option, type OptionName, optionNames, optionOf, options } from './options.ts';

const lineWidth = 100;
const indent = ' '.repeat(8);

/** Breaks at spaces so that no line is wider than `lineWidth`, if its words allow. */
function wrap(sentence: string): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of sentence.split(' ')) {
    if (line.length > indent.length && line.length + 1 + word.length > lineWidth) {
      lines.push(line);
      line = indent;
    }
    line += line.length > indent.length ? ` ${word}` : word;
  }
  return [...lines, line].join('\n');
}

function entry(name: OptionName): string {
  const option: Option = optionOf(name);
  const rules: { placeholder: string; format(value: never): string } = optionTypes[option.type];
  const shown = rules.format(option.default as never);
  const placeholder = option.placeholder ?? rules.placeholder;
  const flag = `  ${option.short === undefined ? '' : `-${option.short}, `}--${flagOf(name)}`;
  const value = option.type === 'flag' ? '' : ` <${placeholder}>`;
  const standard = shown === '' || shown === 'false' ? '' : ` (default ${shown})`;
  return `${flag}${value}${standard}\n${wrap(`${option.help} [${environmentOf(name)}]`)}`;
}

/** What `crowsnest serve --help` prints: every option, by section, in the order of the table. */
export function serveHelp(): string {
  const sections = [...new Set(optionNames.map((name) => options[name].section))];
  return [
    'Usage: crowsnest serve [options]',
    '',
    'Serves the Kubernetes API. Each option can also be set by the environment variable in brackets; a flag wins.',
    ...sections.map((section) => {
      const names = optionNames.filter((name) => options[name].section === section);
      return `\n${section}:\n${names.map(entry).join('\n')}`;
    }),
    '',
  ].join('\n');
}

export const generalHelp = `Usage: crowsnest <command>

Commands:
  serve            serve the Kubernetes API (crowsnest serve --help lists the options)

Options:
  -h, --help       show this text
  --version        show the version
`;
