import type { Card } from '../../output/card.ts';
import type { SandboxSummary } from '../../sandbox/control.ts';

/** Returns the labels and values of the sandbox's summary. */
export function createSandboxSummaryLines(summary: SandboxSummary): Card['lines'] {
  return [
    ['Seed', summary.seed],
    ['Servers', summary.servers],
    ['Addresses', summary.addresses],
    ['Load balancers', summary.load_balancers],
    ['Credits', summary.credits],
    ['Address selection', summary.address_selection ? 'on' : 'off'],
  ];
}
