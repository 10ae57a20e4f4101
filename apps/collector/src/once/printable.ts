/** A name of a host may hold what moves a terminal's cursor. */
export const printable = (text: string): string => text.replace(/\p{C}/gu, '\u{FFFD}');

/** The first characters of a long id, as Docker's own client shows it. */
export const shortId = (id: string): string => printable(id.replace(/^sha256:/, '').slice(0, 12));
