/**
 * Returns every encoding in which a secret could leak: plain, in a URL, in JSON, and in base64 at any offset. The
 * offset matters, because a Basic header encodes the username and the password together.
 */
export function listEncodings(secret: string): string[] {
  const encoded = [
    encodeURIComponent(secret),
    encodeURI(secret),
    new URLSearchParams({ s: secret }).toString().slice(2),
  ];
  const escaped = JSON.stringify(secret).slice(1, -1);
  const base64 = [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret, 'utf8')]).toString('base64');
    // In base64, the neighbours of a secret change the first and last characters of its encoding. Remove these
    // characters.
    const inner = text
      .slice(offset === 0 ? 0 : 4)
      .replace(/=+$/, '')
      .slice(0, -4);
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
  });
  return [...new Set([secret, ...encoded, escaped, ...base64])].filter((form) => form.length >= 6);
}

/**
 * Asserts that the texts contain no secret in any encoding.
 * @throws Error with the name of the text, but without the secret
 */
export function assertNoSecrets(texts: Readonly<Record<string, string>>, secrets: readonly string[]): void {
  for (const secret of secrets) {
    for (const [where, text] of Object.entries(texts)) {
      if (listEncodings(secret).some((form) => text.includes(form))) {
        throw new Error(`a secret of ${secret.length} characters leaked into ${where}`);
      }
    }
  }
}

/** Returns the secrets in an environment, except for those that are so short that they may appear by chance. */
export function listSecretsInEnv(env: Readonly<Record<string, string | undefined>>): string[] {
  const proxies = Object.keys(env).filter((name) => /_proxy$/i.test(name));
  const proxyPasswords = proxies.map((name) => /:([^:@]+)@/.exec(env[name] ?? '')?.[1]);
  return [env.UPCLOUD_TOKEN, env.UPCLOUD_PASSWORD, ...proxyPasswords].filter(
    (value) => value !== undefined && value.length >= 8,
  ) as string[];
}
