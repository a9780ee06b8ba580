import { defineCommand } from '../app/command.ts';
import type { Shell } from '../completion/scripts.ts';

export default defineCommand<[shell: Shell]>({
  summary: 'Print the completion script for a shell',
  arguments: [{ name: '<shell>', description: 'the shell', choices: ['bash', 'zsh', 'fish', 'powershell'] }],
  examples: ['upc completion bash'],
  notes: [
    'How to turn it on, for each shell:',
    'bash        add to ~/.bashrc: source <(upc completion bash)',
    'zsh         add to ~/.zshrc, below compinit: source <(upc completion zsh)',
    'fish        run: mkdir -p ~/.config/fish/completions && upc completion fish > ~/.config/fish/completions/upc.fish',
    'powershell  add to $PROFILE: upc completion powershell | Out-String | iex',
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
