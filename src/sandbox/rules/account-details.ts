import type { Account } from '../state.ts';
import { defineRule, reject } from './api-error.ts';

/** `GET /account/details/{username}`: returns only the account of the caller. */
export const getAccountDetails = defineRule((state, account, { params }) => {
  if (params.username !== account.username) {
    reject(404, 'ACCOUNT_NOT_FOUND', `The account ${params.username} does not exist.`);
  }
  return { state, response: { status: 200, body: { account: createAccountDetails(account) } } };
});

/** Returns the details of the account, as a main account with all permissions. The personal data is fictional. */
function createAccountDetails({ username }: Account): object {
  return {
    address: '',
    allow_api: 'yes',
    allow_gui: 'yes',
    campaigns: { campaign: [] },
    city: '',
    company: '',
    country: 'FIN',
    currency: 'EUR',
    email: `${username}@example.com`,
    enable_3rd_party_services: 'yes',
    first_name: 'Sandbox',
    ip_filters: { ip_filter: ['*'] },
    language: 'en',
    last_name: 'Account',
    main_account: username,
    network_access: { network: ['*'] },
    phone: '',
    postal_code: '',
    roles: { role: ['technical'] },
    server_access: { server: [{ storage: 'yes', uuid: '*' }] },
    state: '',
    storage_access: { storage: ['*'] },
    tag_access: { tag: [{ name: '*', storage: 'yes' }] },
    timezone: 'UTC',
    type: 'main',
    username,
    vat_number: '',
  };
}
