/** The network configuration systems that `ip float config` supports. */
export const guestSystems = ['netplan', 'networkd', 'ifupdown', 'networkmanager', 'ip', 'freebsd'] as const;
export type GuestSystem = (typeof guestSystems)[number];

/** The interface in the server's operating system that gets the floating IP. */
export interface GuestInterface {
  readonly address: string;
  readonly mac: string;
  /** The interface's name in the operating system; undefined if unknown. */
  readonly device: string | undefined;
}

export interface GuestConfigFile {
  readonly path: string;
  /** The file mode in octal, such as `0600`. */
  readonly mode: string;
  readonly content: string;
}

/** The configuration that makes a server respond to an address: files to write, then commands to run as root. */
export interface GuestConfig {
  readonly files: readonly GuestConfigFile[];
  readonly commands: readonly string[];
  /** Warnings that the user should read before applying the configuration. */
  readonly notes: readonly string[];
}

/**
 * Returns the configuration that gives a server's public interface the floating IP as a /32, beside the address from DHCP.
 * UpCloud routes the floating IP to the interface by its MAC address; the operating system has to accept the floating IP.
 */
export function createGuestConfig(system: GuestSystem, guest: GuestInterface): GuestConfig {
  return configBuilders[system](guest);
}

const createFileStem = ({ address }: GuestInterface): string => `upc-${address.replaceAll('.', '-')}`;

/** Returns the interface name, or a shell expression that finds it by the MAC address. */
function createDeviceExpression({ device, mac }: GuestInterface): string {
  return device ?? `"$(ip -o link | awk -F': ' '/${mac}/ { print $2; exit }')"`;
}

const getDeviceName = ({ device }: GuestInterface, usual: string): string => device ?? usual;

/** Returns a warning if the configuration contains a guessed interface name. */
function createDeviceGuessNotes({ device, mac }: GuestInterface, usual: string): string[] {
  return device === undefined
    ? [`Replace ${usual} if the interface with the MAC address ${mac} has another name.`]
    : [];
}

const formatAddAddressCommand = (guest: GuestInterface): string =>
  `ip address replace ${guest.address}/32 dev ${createDeviceExpression(guest)}`;

const configBuilders: Readonly<Record<GuestSystem, (guest: GuestInterface) => GuestConfig>> = {
  netplan: (guest) => ({
    files: [
      {
        path: `/etc/netplan/60-${createFileStem(guest)}.yaml`,
        mode: '0600',
        content: `network:
  version: 2
  ethernets:
    ${getDeviceName(guest, 'eth0')}:
      match:
        macaddress: "${guest.mac}"
      addresses:
        - ${guest.address}/32
`,
      },
    ],
    commands: ['netplan apply'],
    notes: [
      ...createDeviceGuessNotes(guest, 'eth0'),
      'Use the same interface name as in the other files in /etc/netplan: netplan merges the settings of an interface by its name.',
    ],
  }),
  networkd: (guest) => ({
    files: [
      {
        path: `/etc/systemd/network/05-${createFileStem(guest)}.network`,
        mode: '0644',
        content: `[Match]
MACAddress=${guest.mac}

[Network]
DHCP=ipv4
Address=${guest.address}/32
`,
      },
    ],
    commands: ['networkctl reload'],
    notes: [
      'systemd-networkd uses only the first file that matches an interface: settings in other files for this interface no longer apply.',
    ],
  }),
  ifupdown: (guest) => ({
    files: [
      {
        path: `/etc/network/interfaces.d/60-${createFileStem(guest)}`,
        mode: '0644',
        content: `iface ${getDeviceName(guest, 'eth0')} inet static
    address ${guest.address}/32
`,
      },
    ],
    commands: [formatAddAddressCommand(guest)],
    notes: createDeviceGuessNotes(guest, 'eth0'),
  }),
  networkmanager: (guest) => ({
    files: [],
    commands: [
      `nmcli connection modify "$(nmcli -g GENERAL.CONNECTION device show ${createDeviceExpression(guest)})" +ipv4.addresses ${guest.address}/32`,
      `nmcli device reapply ${createDeviceExpression(guest)}`,
    ],
    notes: [],
  }),
  ip: (guest) => ({
    files: [],
    commands: [formatAddAddressCommand(guest)],
    notes: ['The server has the address only until it restarts.'],
  }),
  freebsd: (guest) => ({
    files: [],
    commands: [
      `sysrc ifconfig_${getDeviceName(guest, 'vtnet0')}_alias0="inet ${guest.address}/32"`,
      `ifconfig ${getDeviceName(guest, 'vtnet0')} inet ${guest.address}/32 alias`,
    ],
    notes: [...createDeviceGuessNotes(guest, 'vtnet0'), 'If alias0 is already in use, use the next free number.'],
  }),
};
