/** Instants end in `At` (see the house style), so JSON read back from the database knows which strings are dates. */
export function reviveDates<T>(value: unknown): T {
  if (Array.isArray(value)) return value.map((item) => reviveDates(item)) as T;
  if (value && typeof value === "object" && !(value instanceof Date)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        typeof inner === "string" && /At$/.test(key) ? new Date(inner) : reviveDates(inner),
      ]),
    ) as T;
  }
  return value as T;
}
