/** The long run, `npm run test:soak`: everything against everything, and many times over. */
export const soak = process.env.UPC_SOAK === '1';
