/** Events that the page asks for before anybody asked for more. */
export const EVENTS_AT_FIRST = 20;
