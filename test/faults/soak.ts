/** Whether this is the long run (`npm run test:soak`), with all combinations and many repetitions. */
export const soak = process.env.UPC_SOAK === '1';
