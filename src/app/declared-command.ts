import { Command } from 'commander';
import type { AnyCommand } from './command.ts';

/** A commander command with its declaration; groups have none. */
export class DeclaredCommand extends Command {
  declaration: AnyCommand | undefined;

  override createCommand(name: string): DeclaredCommand {
    return new DeclaredCommand(name);
  }
}

/** Returns the declaration of a command; undefined for a group. */
export function getCommandDeclaration(command: Command): AnyCommand | undefined {
  return command instanceof DeclaredCommand ? command.declaration : undefined;
}
