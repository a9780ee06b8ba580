/** Whether this is the long run (`npm run test:soak`), with all combinations and many repetitions. */
export const isSoakTest = process.env.UPC_SOAK === '1';
