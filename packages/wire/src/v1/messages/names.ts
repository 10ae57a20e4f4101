export const SUBPROTOCOL = 'silt.v1';
/** What a collector says in `hello` that it can do beyond the first form of the version: send inventories, and be configured. */
export const COLLECTOR_CAPABILITIES = ['inventory', 'configure'] as const;
/** What a gateway says in `welcome` that it can do beyond the first form of the version: take surveys. */
export const GATEWAY_CAPABILITIES = ['survey'] as const;
export const COLLECT_PATH = '/collect';
