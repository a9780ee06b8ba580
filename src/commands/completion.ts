import { defineCommand } from '../app/command.ts';
import type { Shell } from '../completion/scripts.ts';

export default defineCommand<[shell: Shell]>({
  summary: 'Print the completion script for a shell',
  arguments: [{ name: '<shell>', description: 'the shell', choices: ['bash', 'zsh', 'fish', 'powershell'] }],
  examples: ['upc completion bash'],
  notes: [
    'bash        source <(upc completion bash)  in ~/.bashrc',
    'zsh         source <(upc completion zsh)  in ~/.zshrc, below compinit',
    'fish        mkdir -p ~/.config/fish/completions && upc completion fish > ~/.config/fish/completions/upc.fish',
    'powershell  upc completion powershell | Out-String | iex  in $PROFILE',
    'Completion fetches addresses, servers and zones from the account, and waits for them for at most one second.',
  ],
  exits: [
    [0, 'done'],
    [2, 'unknown shell'],
  ],
  run: async (context, [shell]) => {
    const { completionScripts } = await import('../completion/scripts.ts');
    await context.out.text(completionScripts[shell]);
  },
});
