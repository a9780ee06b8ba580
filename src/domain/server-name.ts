interface NamedServer {
  readonly title: string | null;
  readonly hostname: string | null;
  readonly uuid: string;
}

/** Returns the name to show for a server: its title, or its hostname, or its UUID. */
export function getServerDisplayName({ title, hostname, uuid }: NamedServer): string {
  return title || hostname || uuid;
}
