import { mergeConfig } from 'vitest/config';
import quick from './vitest.config.ts';

/** The tests of test/faults and their like, many times over: `npm run test:soak`, some minutes. */
export default mergeConfig(quick, {
  test: { env: { UPC_SOAK: '1' }, testTimeout: 600_000, maxConcurrency: 12 },
});
