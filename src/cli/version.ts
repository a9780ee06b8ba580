/** Returns the text of `upc --version`. */
export function formatVersion(): string {
  return `upc ${UPC_VERSION} (Node ${process.versions.node}, ${process.platform} ${process.arch})`;
}
