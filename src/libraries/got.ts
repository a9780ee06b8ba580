export { default as got, type OptionsInit, type Request, RequestError, TimeoutError } from 'got';
