import type { ExitCodeMeanings } from '../../app/command.ts';
import type { Context } from '../../app/context.ts';
import { openSandboxSession, replaceErrorWithSandboxFault } from '../../config/session.ts';
import { omitProgramField, type SandboxSummary, sendControlRequest } from '../../sandbox/control.ts';
import { createSandboxSummaryLines } from './sandbox-summary.ts';

export const sandboxSetExitCodes: ExitCodeMeanings = [
  [0, 'done'],
  [2, 'wrong usage'],
  [3, 'the sandbox state cannot be read or written'],
];

/** Describes the JSON output of the sandbox's summary, for help. */
export const summaryJsonDescription = 'an object: seed, servers, addresses, load_balancers, credits, address_selection';

/** Changes the sandbox's account, and shows the summary of the sandbox. Throws UpcError. */
export async function changeSandboxAccount(
  context: Context,
  body: { credits: number } | { address_selection: boolean },
) {
  const session = await openSandboxSession(context);
  const request = { method: 'PATCH', path: '/sandbox/account', body } as const;
  const response = await replaceErrorWithSandboxFault(
    session,
    sendControlRequest<SandboxSummary & { program: string }>(session.origin, request),
  );
  const summary = omitProgramField(response);
  await context.out.card({
    json: summary,
    quiet: String(Object.values(body)[0]),
    lines: createSandboxSummaryLines(summary),
  });
}
