/** The maximum levels of objects and arrays in a response. Documented responses have fewer than ten. */
const MAX_NESTING_LEVELS = 100;

type JsonContainer = Record<string, unknown> | unknown[];

/**
 * Removes values that are nested deeper than 100 levels from a parsed response, in place (T-12). JSON.parse() reads any
 * depth, but validation and rendering are recursive, and deep values would overflow the stack.
 * @returns whether a value was removed
 */
export function removeDeeplyNestedValues(root: unknown): boolean {
  let level = isJsonContainer(root) ? [root] : [];
  for (let depth = 1; depth < MAX_NESTING_LEVELS && level.length > 0; depth += 1) level = listChildContainers(level);
  if (listChildContainers(level).length === 0) return false;
  for (const container of level) removeChildContainers(container);
  return true;
}

function isJsonContainer(value: unknown): value is JsonContainer {
  return typeof value === 'object' && value !== null;
}

/**
 * Returns the objects and arrays directly inside the given ones. Uses plain loops for speed, because this function reads
 * every value of every response.
 */
function listChildContainers(level: readonly JsonContainer[]): JsonContainer[] {
  const found: JsonContainer[] = [];
  for (const container of level) {
    if (Array.isArray(container)) {
      for (const value of container) if (isJsonContainer(value)) found.push(value);
    } else {
      for (const name in container) {
        const value = container[name];
        if (isJsonContainer(value)) found.push(value);
      }
    }
  }
  return found;
}

function removeChildContainers(container: JsonContainer): void {
  if (!Array.isArray(container)) {
    for (const name of Object.keys(container)) if (isJsonContainer(container[name])) delete container[name];
    return;
  }
  let kept = 0;
  for (const value of container) if (!isJsonContainer(value)) container[kept++] = value;
  container.length = kept;
}
