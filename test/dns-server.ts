import { createSocket } from 'node:dgram';
import { isIP } from 'node:net';
import { onTestFinished } from 'vitest';

export const rcode = { ok: 0, serverFailure: 2, noSuchName: 3, rejected: 5 } as const;
const types = { A: 1, PTR: 12, AAAA: 28 } as const;
type RecordType = keyof typeof types;

/** The response to a query: records of the queried type, an error code, or no response. */
export type DnsResponse = readonly string[] | number | 'silence';

export interface DnsServer {
  /** The address and the port of the server, such as `127.0.0.1:5353`. */
  readonly at: string;
  /** The queries received so far, as `PTR 10.2.0.192.in-addr.arpa`. */
  readonly questions: string[];
}

/**
 * Starts a name server on the loopback interface. Its records have a time to live of 300 seconds. It runs until the
 * test ends.
 */
export async function startDnsServer(respond: (question: string) => DnsResponse): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const questions: string[] = [];
  socket.on('message', (message, { port, address }) => {
    const { name, type, end } = readQuestion(message);
    const question = `${type} ${name}`;
    questions.push(question);
    const response = respond(question);
    if (response === 'silence') return;
    const records = typeof response === 'number' ? [] : response;
    const header = Buffer.from(message.subarray(0, 12));
    header.writeUInt16BE(0x8180 | (typeof response === 'number' ? response : rcode.ok), 2);
    header.writeUInt16BE(records.length, 6);
    // The counts of authority records and additional records are zero.
    header.fill(0, 8);
    const answers = records.map((data) => encodeRecord(type, data));
    socket.send(Buffer.concat([header, message.subarray(12, end), ...answers]), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  return { at: `127.0.0.1:${socket.address().port}`, questions };
}

function readQuestion(message: Buffer): { name: string; type: RecordType; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  const number = message.readUInt16BE(at + 1);
  const type = (Object.keys(types) as RecordType[]).find((one) => types[one] === number);
  if (type === undefined) throw new Error(`query for records of type ${number}`);
  return { name: labels.join('.').toLowerCase(), type, end: at + 5 };
}

/** Returns an answer record. Its name is a pointer to the name in the question, at byte 12. */
function encodeRecord(type: RecordType, data: string): Buffer {
  const bytes = encodeData(type, data);
  const head = Buffer.from([0xc0, 12, 0, types[type], 0, 1, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(300, 6);
  head.writeUInt16BE(bytes.length, 10);
  return Buffer.concat([head, bytes]);
}

/**
 * Encodes the data of a record.
 * @throws Error for an IPv6 address in an A record or an IPv4 address in an AAAA record, because resolvers differ in
 *   how they treat such records
 */
function encodeData(type: RecordType, data: string): Buffer {
  if (type !== 'PTR' && isIP(data) !== (type === 'A' ? 4 : 6)) throw new Error(`${data} cannot be an ${type} record`);
  if (type === 'A') return Buffer.from(data.split('.').map(Number));
  if (type === 'AAAA') {
    // The sandbox writes all eight groups of an IPv6 address, so `::` is not supported here.
    const groups = data.split(':').map((group) => Number.parseInt(group, 16));
    return Buffer.from(groups.flatMap((group) => [group >> 8, group & 255]));
  }
  const labels = data.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return Buffer.concat([...labels, Buffer.from([0])]);
}
