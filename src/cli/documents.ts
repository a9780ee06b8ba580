/** What the build writes from the tree of commands, so that it is true and need not be made at each start. */
export { manPage } from '../help/man-page.ts';
