import { parseArgs } from 'node:util';
import { cases, namespaceOf } from './cases/all.ts';
import { Exchange } from './exchange.ts';
import { ask, writeRecord } from './records.ts';

const usage = `npm run record -- --reference URL [--token T] [--case TEXT]

Asks an API server all cases, or those whose name has that text, and writes down what it answers, under records/. The server
must be new: names of objects and namespaces are always the same. Certificates are not checked.`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      reference: { type: 'string' },
      token: { type: 'string' },
      case: { type: 'string', default: '' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.reference === undefined) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  const server = new Exchange(values.reference, values.token);
  const { body } = await server.ask({ method: 'GET', path: '/version' });
  const version = (body as { gitVersion: string }).gitVersion;
  for (const one of cases.filter(({ name }) => name.includes(values.case))) {
    const answers = await ask(server, one, namespaceOf(one));
    writeRecord(one.name, { version, answers });
    console.log(`${one.name}: ${answers.length} answers`);
  }
  server.close();
  return 0;
}

process.exitCode = await main();
