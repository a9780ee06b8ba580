/** Levels of objects and arrays in a response; documented ones have fewer than ten. */
const LEVELS_MAX = 100;

type Container = Record<string, unknown> | unknown[];

/**
 * Removes from a parsed response what is nested deeper than 100 levels (T-12), in place. JSON.parse() reads any depth, but what
 * checks and renders values calls itself at each level, and would overflow the stack after a change was sent.
 * @returns whether something was left out
 */
export function cutNesting(root: unknown): boolean {
  let level = isContainer(root) ? [root] : [];
  for (let depth = 1; depth < LEVELS_MAX && level.length > 0; depth += 1) level = containersIn(level);
  if (containersIn(level).length === 0) return false;
  for (const container of level) removeContainers(container);
  return true;
}

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

/** Plain loops: every value of every response passes here. */
function containersIn(level: readonly Container[]): Container[] {
  const found: Container[] = [];
  for (const container of level) {
    if (Array.isArray(container)) {
      for (const value of container) if (isContainer(value)) found.push(value);
    } else {
      for (const name in container) {
        const value = container[name];
        if (isContainer(value)) found.push(value);
      }
    }
  }
  return found;
}

function removeContainers(container: Container): void {
  if (!Array.isArray(container)) {
    for (const name of Object.keys(container)) if (isContainer(container[name])) delete container[name];
    return;
  }
  let kept = 0;
  for (const value of container) if (!isContainer(value)) container[kept++] = value;
  container.length = kept;
}
