/** Items that the page asks for, the largest first: at first, and after "show more"; the API gives no more than that. */
export const INVENTORY_LIMITS = { first: 500, most: 5_000 } as const;
