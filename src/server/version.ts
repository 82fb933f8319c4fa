import { readFileSync } from 'node:fs';
import type { JsonObject } from '../machinery/json-value.ts';

/** The Kubernetes release whose API is served: what kubectl compares itself with. */
const kubernetes = { major: '1', minor: '36' } as const;

/** The package's own version. src/ and dist/ are equally far from package.json. */
export function packageVersion(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/** What `/version` answers: version.Info. Go's fields say what there is of Node. */
export function versionInfo(): JsonObject {
  const platform = process.platform;
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  return {
    ...kubernetes,
    gitVersion: `v${kubernetes.major}.${kubernetes.minor}.0+crowsnest-${packageVersion()}`,
    gitCommit: '',
    gitTreeState: 'archive',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: `node ${process.version}`,
    compiler: 'node',
    platform: `${platform}/${arch}`,
  };
}
