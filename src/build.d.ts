/** The version of the package, put in by the build. */
declare const UPC_VERSION: string;

declare module 'proxy-from-env' {
  /** The URL of the proxy for a URL by the process's environment, or an empty string. */
  export function getProxyForUrl(url: string): string;
}
