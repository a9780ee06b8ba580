import { ConfigError } from '../errors.ts';

/**
 * Does what reaches for the sandbox's files. What goes wrong there is the user's to mend (a spoilt state, a folder that
 * cannot be written) and is told so.
 * @throws ConfigError in the place of a plain Error; anything else is a fault of ours and passes
 */
export async function tellingTrouble<T>(work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || Object.getPrototypeOf(error) !== Error.prototype) throw error;
    const { problem, remedy } = sentences(error.message);
    throw new ConfigError(problem, remedy, 'SANDBOX_UNUSABLE');
  }
}

/** The errors of the sandbox are of the form `what is wrong; what to do`. */
export function sentences(message: string): { problem: string; remedy: string | undefined } {
  const cut = message.lastIndexOf('; ');
  if (cut === -1) return { problem: sentence(message), remedy: undefined };
  return { problem: sentence(message.slice(0, cut)), remedy: sentence(message.slice(cut + 2)) };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
