/** A public template, from which users can create servers. Its UUID is the same as on the real service. */
export interface Template {
  readonly uuid: string;
  readonly title: string;
  /** Gibibytes. */
  readonly size: number;
}

export const TEMPLATES: readonly Template[] = [
  { uuid: '01000000-0000-4000-8000-000020060100', title: 'Debian GNU/Linux 11 (Bullseye)', size: 3 },
  { uuid: '01000000-0000-4000-8000-000020070100', title: 'Debian GNU/Linux 12 (Bookworm)', size: 3 },
  { uuid: '01000000-0000-4000-8000-000030220200', title: 'Ubuntu Server 22.04 LTS (Jammy Jellyfish)', size: 5 },
  { uuid: '01000000-0000-4000-8000-000030240200', title: 'Ubuntu Server 24.04 LTS (Noble Numbat)', size: 5 },
  { uuid: '01000000-0000-4000-8000-000140020100', title: 'AlmaLinux 9', size: 5 },
  { uuid: '01000000-0000-4000-8000-000150020100', title: 'Rocky Linux 9', size: 5 },
];
