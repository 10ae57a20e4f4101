/**
 * Classes of SQLSTATE that a value in a row causes: data exception (22), integrity constraint (23), program limit (54,
 * a name too long for its index). Anything else (connection, resources, shutdown, deadlock) says nothing about the rows.
 * Source: PostgreSQL documentation, Appendix A.
 */
const ROWS_FAULT = /^(22|23|54)/;

/** Whether the database refused a row, so that trying the same again can't help. */
export function isRowsFault(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && code.length === 5 && ROWS_FAULT.test(code);
}
