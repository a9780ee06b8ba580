import { defineCommand } from '../../../app/command.ts';
import { changeSandboxAccount, sandboxSetExitCodes, summaryJsonDescription } from '../../shared/sandbox-account.ts';

export default defineCommand<[state: 'on' | 'off']>({
  summary: 'Set whether the account has the privilege to choose an address',
  arguments: [{ name: '<on|off>', description: 'on or off', choices: ['on', 'off'] }],
  examples: ['upc sandbox set address-selection on'],
  json: summaryJsonDescription,
  exits: sandboxSetExitCodes,
  run: (context, [state]) => changeSandboxAccount(context, { address_selection: state === 'on' }),
});
