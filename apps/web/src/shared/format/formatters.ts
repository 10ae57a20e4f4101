/** Locales times the options that the code names: far fewer than this. What is named by a host must not come here. */
const MAX_FORMATTERS = 100;

/** Keeps what `make` makes of a locale and options: to make a formatter costs some hundred times what it takes to use it. */
function keeping<Options, Formatter>(make: (locale: string, options: Options) => Formatter) {
  const kept = new Map<string, Formatter>();
  return (locale: string, options: Options): Formatter => {
    const key = JSON.stringify([locale, options]);
    let formatter = kept.get(key);
    if (formatter === undefined) {
      if (kept.size >= MAX_FORMATTERS) kept.clear();
      formatter = make(locale, options);
      kept.set(key, formatter);
    }
    return formatter;
  };
}

export const numberFormat = keeping(
  (locale, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options),
);
export const dateTimeFormat = keeping(
  (locale, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options),
);
