import { parseOneOf, type Parsed } from './parse.js';
import { requestSchemas, type ClientRequest } from './requests.js';

/** Server side: one message of the request channel. */
export function parseRequest(data: unknown): Parsed<ClientRequest> {
  return parseOneOf<ClientRequest>(requestSchemas, 't', data);
}
