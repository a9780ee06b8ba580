import { isSea } from 'node:sea';

/** Returns the text of `upc --version`. */
export function formatVersion(): string {
  const kind = isSea() ? ', standalone' : '';
  return `upc ${UPC_VERSION} (Node ${process.versions.node}, ${process.platform} ${process.arch}${kind})`;
}
