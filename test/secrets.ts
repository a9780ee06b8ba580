/** Every form in which a secret might leak: as it is, in a URL, in JSON, in base64 at any offset (so also in a Basic header). */
export function formsOf(secret: string): string[] {
  const encoded = [
    encodeURIComponent(secret),
    encodeURI(secret),
    new URLSearchParams({ s: secret }).toString().slice(2),
  ];
  const escaped = JSON.stringify(secret).slice(1, -1);
  const base64 = [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret, 'utf8')]).toString('base64');
    // What stands before or behind the secret changes the outermost characters.
    const inner = text
      .slice(offset === 0 ? 0 : 4)
      .replace(/=+$/, '')
      .slice(0, -4);
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
  });
  return [...new Set([secret, ...encoded, escaped, ...base64])].filter((form) => form.length >= 6);
}

/** @throws Error where one of the secrets stands in one of the texts, in whatever form; it says where, not what */
export function assertNoSecrets(texts: Readonly<Record<string, string>>, secrets: readonly string[]): void {
  for (const secret of secrets) {
    for (const [where, text] of Object.entries(texts)) {
      if (formsOf(secret).some((form) => text.includes(form))) {
        throw new Error(`a secret of ${secret.length} characters leaked into ${where}`);
      }
    }
  }
}

/** The secrets that a run is given, long enough not to be found by chance. */
export function secretsGiven(env: Readonly<Record<string, string | undefined>>): string[] {
  const proxies = Object.keys(env).filter((name) => /_proxy$/i.test(name));
  const proxyPasswords = proxies.map((name) => /:([^:@]+)@/.exec(env[name] ?? '')?.[1]);
  return [env.UPCLOUD_TOKEN, env.UPCLOUD_PASSWORD, ...proxyPasswords].filter(
    (value) => value !== undefined && value.length >= 8,
  ) as string[];
}
