import { createRequire } from 'node:module';
import type { JsonObject } from '../machinery/json-value.ts';

/** The Kubernetes release whose API is served: what kubectl compares itself with. */
const kubernetes = { major: '1', minor: '37', patch: '2', compatibleMinor: '36' } as const;

/** The package's own version: found by its name, because src/ and dist/ are not equally far from package.json. */
export function packageVersion(): string {
  const manifest = createRequire(import.meta.url)('crowsnest/package.json') as { readonly version: string };
  return manifest.version;
}

/** What `/version` answers: version.Info. Go's fields say what there is of Node. */
export function versionInfo(): JsonObject {
  const { major, minor, patch, compatibleMinor } = kubernetes;
  const { platform } = process;
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  return {
    major,
    minor,
    emulationMajor: major,
    emulationMinor: minor,
    minCompatibilityMajor: major,
    minCompatibilityMinor: compatibleMinor,
    gitVersion: `v${major}.${minor}.${patch}+crowsnest-${packageVersion()}`,
    gitCommit: '',
    gitTreeState: 'archive',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: `node ${process.version}`,
    compiler: 'node',
    platform: `${platform}/${arch}`,
  };
}
