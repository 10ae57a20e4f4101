/** Set by the proxy on every request: path and query, so that a redirect to the sign-in page can come back. */
export const PATH_HEADER = 'x-silt-path';
