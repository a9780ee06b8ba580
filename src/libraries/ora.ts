export { default as ora, type Ora } from 'ora';
