import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// Where the package keeps what the server hands out: found from this module, which lies two folders deep both as source and as built.

const ROOT = new URL('../../', import.meta.url);

export interface PackageFiles {
  /** Folder of the built bundle and its chunks. */
  readonly bundleFolder: string;
  readonly demoFolder: string;
  /** The README as pages. */
  readonly guideFolder: string;
  /** The version in `/rtc-elements@<version>.js`. */
  readonly version: string;
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';
}

export function findPackageFiles(): PackageFiles {
  const folder = (name: string): string => fileURLToPath(new URL(name, ROOT));
  return { bundleFolder: folder('dist/cdn'), demoFolder: folder('demo'), guideFolder: folder('dist/guide'), version: readVersion() };
}
