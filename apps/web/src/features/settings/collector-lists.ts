export const SHOWN_AT_FIRST = 50;

/** What the page asks for before anybody typed or asked for more. */
export const LIVE_HOSTS = { retired: false, text: '', limit: SHOWN_AT_FIRST };
export const RETIRED_HOSTS = { retired: true, text: '', limit: SHOWN_AT_FIRST };
