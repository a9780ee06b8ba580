/**
 * Returns an account's credits as text. Credits are cents of the account's own currency.
 * @param currency such as `EUR`; null if unknown
 */
export function formatCredits(credits: number, currency: string | null): string {
  if (currency === null) return `${credits} credits (1 credit is 1 cent; the account's currency is unknown)`;
  return `${(credits / 100).toFixed(2)} ${currency} (${credits} credits)`;
}
