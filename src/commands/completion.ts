import { Argument, type Command } from 'commander';
import type { Context } from '../app/context.ts';
import type { Shell } from '../completion/scripts.ts';
import { addHelp } from '../help/parts.ts';

export function registerCompletion(parent: Command, context: Context): void {
  const command = parent
    .command('completion')
    .description('Print a script that teaches a shell to complete upc')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish', 'powershell']))
    .action(async (shell: Shell) => {
      const { scripts } = await import('../completion/scripts.ts');
      await context.out.text(scripts[shell]);
    });
  addHelp(command, {
    examples: ['upc completion bash', 'upc completion fish > ~/.config/fish/completions/upc.fish'],
    notes: [
      'bash        source <(upc completion bash)  in ~/.bashrc',
      'zsh         source <(upc completion zsh)  in ~/.zshrc, below compinit',
      'fish        upc completion fish | source  in ~/.config/fish/config.fish',
      'powershell  upc completion powershell | Out-String | iex  in $PROFILE',
      'Addresses, servers and zones come from the account, within a second or not at all.',
    ],
    exits: [
      [0, 'done'],
      [2, 'unknown shell'],
    ],
  });
}
