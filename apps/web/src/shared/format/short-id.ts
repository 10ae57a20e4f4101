const SHORT_ID_CHARACTERS = 12;

/** The first characters of a container's id, as Docker's own client shows it. */
export const shortId = (id: string): string => id.slice(0, SHORT_ID_CHARACTERS);
