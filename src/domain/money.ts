/**
 * Returns an account's credits in words. Credits are cents of the account's own currency.
 * @param currency such as `EUR`; null where it is not known, and then none is assumed
 */
export function creditsText(credits: number, currency: string | null): string {
  if (currency === null) return `${credits} credits (cents of the account's currency, which is not known)`;
  return `${(credits / 100).toFixed(2)} ${currency} (${credits} credits)`;
}
