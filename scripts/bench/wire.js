import { join } from 'node:path';
import { computeSpread, createTargetCheck, measureTime, runCommandsInTurn } from './measuring.js';
import { authorityFile, ROUND_TRIPS } from './serving.js';
import { targets } from './targets.js';

const program = join(import.meta.dirname, '../../bin/upc.js');
/** How many round trips a TCP handshake and a TLS 1.3 handshake take together. */
const CONNECTION_ROUND_TRIPS = 2;
/** The tolerance of a measurement, in round trips. The timers that simulate the slow network are one or two milliseconds off. */
const TOLERANCE_ROUND_TRIPS = 0.25;

let runs = 0;

/**
 * Returns the environment with which a client sends its requests to this origin over TLS. Each run gets its own token, so that no run sees
 * the changes of another run.
 */
function createProgramEnv(origin, folder) {
  runs += 1;
  return {
    UPCLOUD_TOKEN: `bench-20-0-${runs}`,
    UPCLOUD_DEBUG_API_BASE_URL: origin,
    HOME: folder,
    NODE_EXTRA_CA_CERTS: authorityFile,
    SSL_CERT_FILE: authorityFile,
    CURL_CA_BUNDLE: authorityFile,
  };
}

/**
 * Returns a case for each command that has the target `trips`, a number of round trips. A case runs the command over TLS, without delay and
 * through each simulated slow network.
 */
export function createWireCases(server, folder, { pairs, isQuick }) {
  const roundTrips = isQuick ? ROUND_TRIPS.slice(-1) : ROUND_TRIPS;
  return Object.entries(targets)
    .filter(([, target]) => target.trips !== undefined)
    .map(([name, target]) => ({
      name: `${name}, over TLS`,
      measure: async () => {
        const [, ...line] = name.split(' ');
        const commands = [0, ...roundTrips].map((ms) => ({
          args: [program, ...line],
          env: () => createProgramEnv(server.https[ms], folder),
        }));
        const [without, ...delayed] = (await runCommandsInTurn(commands, pairs, measureTime)).map(computeSpread);
        return {
          program: { ms: delayed.at(-1) },
          reference: { ms: without },
          checks: delayed.map((taken, i) => {
            const trips = (taken.median - without.median) / roundTrips[i] - CONNECTION_ROUND_TRIPS;
            return createTargetCheck(`round trips at ${roundTrips[i]} ms`, trips, target.trips, TOLERANCE_ROUND_TRIPS);
          }),
        };
      },
    }));
}

/** Returns cases that compare a command of upc with the command `rival` of another client. They only show the ratio of the times: `targets.js` has no limit for it. */
export function createRivalCases(server, folder, { line, rival, pairs }) {
  return [0, ...ROUND_TRIPS].map((ms) => ({
    name: `upc ${line} against ${rival}, over TLS, round trip ${ms} ms`,
    measure: async () => {
      const env = () => createProgramEnv(server.https[ms], folder);
      const commands = [
        { args: [program, ...line.split(' ')], env },
        { file: 'sh', args: ['-c', rival], env },
      ];
      const [own, other] = (await runCommandsInTurn(commands, pairs, measureTime)).map(computeSpread);
      return {
        program: { ms: own },
        reference: { ms: other },
        checks: [createTargetCheck('time', own.median / other.median)],
      };
    },
  }));
}
