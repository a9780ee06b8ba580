// The texts that describe the Debian package.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, version } from './paths.js';

export const NAME = 'upcloud-ip';
/** In Debian, a pre-release needs a tilde to count as older than its release: `1.2.0~rc.1` for `1.2.0-rc.1`. */
export const debianVersion = `${version.replace('-', '~')}-1`;
const { author, homepage } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
/** Debian requires a mail address, but nobody reads mail for this package: users report problems as issues. */
const maintainer = `${author.name ?? author} <no-mail@${NAME}.invalid>`;

export function renderControlFile({ architecture, size }) {
  return `Package: ${NAME}
Version: ${debianVersion}
Architecture: ${architecture}
Maintainer: ${maintainer}
Installed-Size: ${size}
Depends: libc6 (>= 2.28), libgcc-s1, libstdc++6 (>= 5)
Section: admin
Priority: optional
${homepage ? `Homepage: ${homepage}\n` : ''}Description: manage UpCloud IP addresses from the command line
 upc lists, creates, moves and releases the IP addresses of an UpCloud
 account: public IPv4 and IPv6, floating IPs, reverse DNS and release policy.
 .
 It never repeats a change whose outcome it does not know. A guard moves
 floating IPs when a server fails. A sandbox simulates the API for rehearsals.
 .
 The program contains the Node.js runtime.
`;
}

export function renderChangelog(date) {
  const time = date.toUTCString().replace('GMT', '+0000');
  return `${NAME} (${debianVersion}) unstable; urgency=medium

  * Package the standalone executable of upcloud-ip ${version}.
    changelog.gz in this folder lists what changed.

 -- ${maintainer}  ${time}
`;
}

/** Returns the findings to ignore in lintian, the checker for Debian packages. */
export function listLintianOverrides() {
  return `# Node has these libraries in its executable, so that it is a single file, and is built without PIE.
${NAME}: embedded-library
${NAME}: hardening-no-pie
# The licences are as the authors of the libraries and Node ship them.
${NAME}: copyright-file-contains-full-apache-2-license
${NAME}: copyright-not-using-common-license-for-gpl
${NAME}: old-fsf-address-in-copyright-file
# This package is not uploaded to Debian.
${NAME}: initial-upload-closes-no-bugs
`;
}
