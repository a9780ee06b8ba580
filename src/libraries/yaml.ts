export { parse, stringify, YAMLError } from 'yaml';
