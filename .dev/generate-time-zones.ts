/**
 * Makes src/api/batch/time-zones.generated.json: the names of the time zones that an API server knows, which brings Go's own
 * copy of the IANA database. Run it when the version of Go changes that Kubernetes is built with (needs `unzip`):
 *
 *     npx tsx .dev/generate-time-zones.ts --zoneinfo "$(go env GOROOT)/lib/time/zoneinfo.zip"
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { zoneinfo } = parseArgs({ options: { zoneinfo: { type: 'string' } } }).values;
if (zoneinfo === undefined) throw new Error('--zoneinfo FILE');
const names = execFileSync('unzip', ['-Z1', zoneinfo], { encoding: 'utf8' })
  .split('\n')
  .filter((name) => name !== '' && !name.endsWith('/'))
  .sort();
const lines = names.map((name) => JSON.stringify(name));
writeFileSync(new URL('../src/api/batch/time-zones.generated.json', import.meta.url), `[\n${lines.join(',\n')}\n]\n`);
