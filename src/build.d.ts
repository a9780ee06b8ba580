/** The version of the package, put in by the build. */
declare const UPC_VERSION: string;
/** Names the content of the bundle, put in by the build; empty while it changes all the time. */
declare const UPC_BUILD: string;

declare module 'proxy-from-env' {
  /** The URL of the proxy for a URL by the process's environment, or an empty string. */
  export function getProxyForUrl(url: string): string;
}
