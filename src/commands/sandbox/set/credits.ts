import { defineCommand } from '../../../app/command.ts';
import { UsageError } from '../../../core/errors.ts';
import { changeSandboxAccount, sandboxSetExitCodes, summaryJsonDescription } from '../../shared/sandbox-account.ts';

export default defineCommand<[cents: number]>({
  summary: 'Set the credits of the account; with 0, nothing that costs money can be created',
  arguments: [{ name: '<cents>', description: 'the new amount', parse: parseCents, question: 'Credits in cents' }],
  examples: ['upc sandbox set credits 0'],
  json: summaryJsonDescription,
  exits: sandboxSetExitCodes,
  run: (context, [credits]) => changeSandboxAccount(context, { credits }),
});

function parseCents(text: string): number {
  if (/^\d{1,9}(\.\d{1,2})?$/.test(text)) return Number(text);
  throw new UsageError(`'${text}' is not an amount of credits.`, 'Give cents, such as 0 or 9972.23.');
}
